# SPDX-License-Identifier: MIT
"""``npucore serve`` as a process: what it says, a client of Triton's, and its end."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.cli import main
from tests.material.served import SHAPE, doubling
from tests.material.vision.small_detector import write_detector


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    path = tmp_path / "double.npu"
    npucore.compile(doubling(), "reference").write(path)
    return path


@contextlib.contextmanager
def served(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """(the process, its address)."""
    with telling(*words) as (process, told):
        yield process, told["address"]


@contextlib.contextmanager
def telling(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """(the process, what it says)."""
    command = [
        sys.executable,
        "-m",
        "npucore",
        "serve",
        *words,
        "--listen",
        "127.0.0.1:0",
        "--json",
    ]
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or lines[-1].rstrip() != "}":
                lines.append(line := process.stdout.readline())
                assert line, lines
            yield process, json.loads("".join(lines))
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_and_ends_by_a_signal(artefact: Path, number: signal.Signals) -> None:
    with served(str(artefact), f"again={artefact}") as (process, address):
        with urllib.request.urlopen(f"{address}/v2/models/again", timeout=20) as told:
            assert json.load(told)["inputs"][0]["shape"] == list(SHAPE)
        process.send_signal(number)
        assert process.wait(20) == 0


def test_tritons_client_gets_its_answers(artefact: Path) -> None:
    triton = pytest.importorskip("tritonclient.http", reason="tritonclient is not installed")
    x = np.arange(6, dtype=np.float32).reshape(SHAPE)
    with served(str(artefact)) as (_, address):
        client = triton.InferenceServerClient(address.removeprefix("http://"))
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("double")
        (told,) = client.get_model_metadata("double")["outputs"]
        assert told == {"name": "y", "datatype": "FP32", "shape": list(SHAPE)}
        assert client.get_model_repository_index()[0]["name"] == "double"
        for raw in (False, True):
            given = triton.InferInput("x", list(SHAPE), "FP32")
            given.set_data_from_numpy(x, binary_data=raw)
            wanted = [triton.InferRequestedOutput("y", binary_data=raw)]
            found = client.infer("double", [given], outputs=wanted, request_id="7")
            np.testing.assert_array_equal(found.as_numpy("y"), 2 * x)
            packed = client.infer("double", [given], request_compression_algorithm="gzip")
            np.testing.assert_array_equal(packed.as_numpy("y"), 2 * x)
        wrong = triton.InferInput("x", [1, 2], "FP32")
        wrong.set_data_from_numpy(x[:1, :2])
        with pytest.raises(Exception, match=r"input x: float32\(1, 2\), wanted float32\(2, 3\)"):
            client.infer("double", [wrong])


def test_frigate_sends_a_model_and_its_frames_are_answered(tmp_path: Path) -> None:
    zmq = pytest.importorskip("zmq", reason="pyzmq is not installed")
    words = ["--frigate", "--endpoint", "tcp://127.0.0.1:*", "--received", f"{tmp_path}/received"]
    with telling(*words) as (process, told), zmq.Context() as context:
        peer = context.socket(zmq.REQ)
        peer.connect(told["frigate"])
        model = write_detector(tmp_path / "things.npu").read_bytes()
        peer.send_multipart([b'{"model_data": true, "model_name": "things.npu"}', model])
        assert json.loads(peer.recv()) == {"model_saved": True, "model_loaded": True}
        peer.send_multipart([b'{"shape": [1, 32, 32, 3], "dtype": "uint8"}', bytes(3072)])
        _, data = peer.recv_multipart()
        np.testing.assert_allclose(np.frombuffer(data, np.float32)[:2], [0, 0.75])
        peer.close()
        with urllib.request.urlopen(f"{told['address']}/metrics", timeout=20) as metrics:
            assert b'{model="things.npu",outcome="answered"} 1' in metrics.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert (
            process.stderr.read()
            == "npucore: things.npu: 2 of 2 ops (100% of the MACs) on reference\n"
        )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "no model to serve, wanted MODEL, or --frigate, which is sent models"),
        (["--frigate", "--endpoint", "tcp://x"], "tcp://x: Invalid argument"),
        (["{m}", "{m}"], "two models called double: say NAME=MODEL"),
        (["{m}", "--backend", "rocket"], "--backend: {m} is compiled and placed already"),
        (["{m}", "--listen", "203.0.113.9:0"], "203.0.113.9:0: Cannot assign requested address"),
        (["none.tflite"], "none.tflite: No such file or directory"),
    ],
)
def test_a_mistake_is_one_sentence(
    artefact: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *(word.format(m=artefact) for word in words)]) == 2
    assert capsys.readouterr().err == f"npucore: {sentence.format(m=artefact)}\n"

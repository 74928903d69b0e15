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

import numpy as np
import pytest

import npucore
from npucore.cli import main
from tests.material.served import SHAPE, doubling


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    path = tmp_path / "double.npu"
    npucore.compile(doubling(), "reference").write(path)
    return path


@contextlib.contextmanager
def served(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """(the process, its address)."""
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
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or lines[-1].rstrip() != "}":
                lines.append(line := process.stdout.readline())
                assert line, lines
            yield process, json.loads("".join(lines))["address"]
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


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
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

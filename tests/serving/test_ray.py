# SPDX-License-Identifier: MIT
"""Three replicas behind Ray Serve, each on a virtual core, and one that is killed."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import InputError
from npucore.serving.ray import Arguments, app
from tests.material.contract.exporting import DIGITS
from tests.material.served import Reply, reply

TOKEN, REPLICAS, HEADER = "secret", 3, "npucore-replica"
SECONDS = 120


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that `serve run` has started."""
    pytest.importorskip("ray.serve", reason="ray[serve] is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    config = tmp_path_factory.mktemp("ray") / "serve.yaml"
    arguments = {"model": f"digits={DIGITS}", "backend": "rocket", "replicas": str(REPLICAS)}
    one = {"name": "npucore", "import_path": "npucore.serving.ray:app", "args": arguments}
    document = {"http_options": {"host": "127.0.0.1", "port": port}, "applications": [one]}
    config.write_text(json.dumps(document))  # of which YAML is more
    told = {"RAY_OVERRIDE_RESOURCES": json.dumps({"npu": REPLICAS}), "NPUCORE_TOKEN": TOKEN}
    told |= {"RAY_USAGE_STATS_ENABLED": "0"}
    command = [str(Path(sys.executable).with_name("serve")), "run", str(config)]
    with (
        (config.parent / "log").open("w+") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | told) as process,
    ):
        try:
            _wait(port, process)
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None
        assert time.monotonic() < end
        with contextlib.suppress(OSError):
            if ask(port, "GET", "/v2/health/ready").status == 200 and len(who(port)) == REPLICAS:
                return
        time.sleep(0.5)


def ask(port: int, method: str, path: str, body: bytes | None = None, token: str = TOKEN) -> Reply:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request(method, path, body, {"Authorization": f"Bearer {token}"})
        return reply(client)


def infer(port: int, image: np.ndarray[Any, Any]) -> Reply:
    one = {"name": "image", "shape": [1, 8, 8, 1], "datatype": "INT8"}
    body = json.dumps({"inputs": [{**one, "data": image.ravel().tolist()}]}).encode()
    return ask(port, "POST", "/v2/models/digits/infer", body)


def who(port: int, count: int = 48) -> Counter[str]:
    """How many of *count* inferences each replica has answered, eight under way at once."""
    image = np.zeros((1, 8, 8, 1), np.int8)
    with ThreadPoolExecutor(8) as pool:
        replies = pool.map(lambda _: infer(port, image), range(count))
        return Counter(each.headers[HEADER] for each in replies if each.status == 200)


@pytest.mark.ray
@pytest.mark.slow
@pytest.mark.long
class TestBehindRay:
    def test_answers_are_those_of_a_session(self, port: int) -> None:
        images = np.random.default_rng(18).integers(-128, 128, (4, 1, 8, 8, 1)).astype(np.int8)
        with npucore.Session(DIGITS, "rocket") as session:
            for image in images:
                (wanted,) = session.run(image)
                (told,) = infer(port, image).json["outputs"]
                assert told["data"] == wanted.ravel().tolist()

    def test_requests_are_refused_as_without_ray(self, port: int) -> None:
        for method, path, body, token, status in (
            ("GET", "/v2", None, "wrong", 401),
            ("GET", "/v2/models/none", None, TOKEN, 404),
            ("GET", "/metrics", None, TOKEN, 404),
            ("POST", "/v2/models/digits/infer", b"{", TOKEN, 400),
            ("PUT", "/v2", b"", TOKEN, 405),
        ):
            told = ask(port, method, path, body, token)
            assert (told.status, bool(told.json["error"])) == (status, True), (path, told)

    def test_all_three_work(self, port: int) -> None:
        counts = who(port)
        assert counts.total() == 48
        assert len(counts) == REPLICAS
        assert min(counts.values()) >= 4

    def test_a_killed_replica_comes_back_and_no_request_is_lost(self, port: int) -> None:
        before = who(port)
        victim = next(iter(before))
        image = np.zeros((1, 8, 8, 1), np.int8)
        with ThreadPoolExecutor(8) as pool:
            replies = [pool.submit(infer, port, image) for _ in range(200)]
            replies[20].result()
            os.kill(int(victim.rpartition(":")[2]), signal.SIGKILL)
            told = [each.result() for each in replies]
        assert Counter(each.status for each in told) == {200: 200}
        end = time.monotonic() + SECONDS
        while len(after := who(port)) < REPLICAS or victim in after:
            assert time.monotonic() < end, after
            assert after.total() == 48


def test_arguments_that_are_none_are_told_in_a_sentence() -> None:
    with pytest.raises(InputError, match=r"npucore.serving.ray:app: model: Field required"):
        app({})
    with pytest.raises(InputError, match="replicas: Input should be greater than 0"):
        app({"model": "a.tflite", "replicas": "0"})


def test_files_options_and_a_core_for_each_replica() -> None:
    asked = Arguments(model="/m/a.tflite, b=/m/c.npu", backend="rocket", options="trust:shown")
    assert asked.models() == {"a": "/m/a.tflite", "b": "/m/c.npu"}
    assert asked.settings().options == {"trust": "shown"}

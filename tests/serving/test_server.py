# SPDX-License-Identifier: MIT
"""The server's answers, its limits, and its end."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import pytest

from npucore.errors import DeviceError, InputError
from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.models import Limits
from npucore.serving.server import Server
from npucore.tensor import Array
from tests.material.served import SHAPE, Client, doubling, reply, serving

NUMBERS = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
ASKED: dict[str, Any] = {
    "id": "7",
    "inputs": [{"name": "x", "shape": list(SHAPE), "datatype": "FP32", "data": NUMBERS}],
}


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(doubling(), "reference") as session:
        yield session


@pytest.fixture
def client(session: Session) -> Iterator[Client]:
    with serving(session) as client:
        yield client


class Held:
    """A session whose inferences end when they are let, or fail."""

    def __init__(self) -> None:
        self.inputs = self.outputs = doubling().outputs
        self.futures: list[Future[list[Array]]] = []

    def submit(self, inputs: object) -> Future[list[Array]]:
        self.futures.append(Future())
        return self.futures[-1]

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 20
        while len(self.futures) < count:
            assert time.monotonic() < end
            time.sleep(0.005)


def test_health_metadata_and_an_inference(client: Client) -> None:
    assert client.ask("GET", "/v2/health/live").status == 200
    assert client.ask("GET", "/v2/health/ready").status == 200
    assert client.ask("GET", "/v2").json["extensions"] == ["binary_tensor_data"]
    assert client.ask("GET", "/v2/models/double/ready").status == 200
    assert client.ask("GET", "/v2/models/double").json["inputs"][0]["datatype"] == "FP32"
    assert client.ask("GET", "/v2/models/double/versions/1/config").json["max_batch_size"] == 0
    index = client.ask("POST", "/v2/repository/index", b"{}")
    assert index.json == [{"name": "double", "version": "1", "state": "READY"}]
    told = client.infer(ASKED)
    assert (told.status, told.json["id"]) == (200, "7")
    assert told.json["outputs"][0]["data"] == [2 * number for number in NUMBERS]


def test_raw_tensors_both_ways(client: Client) -> None:
    tensor = np.array(NUMBERS, np.float32).reshape(SHAPE)
    one: dict[str, Any] = {"name": "x", "shape": list(SHAPE), "datatype": "FP32"}
    one |= {"parameters": {"binary_data_size": tensor.nbytes}}
    outputs = [{"name": "y", "parameters": {"binary_data": True}}]
    head = json.dumps({"inputs": [one], "outputs": outputs}).encode()
    length = "Inference-Header-Content-Length"
    told = client.infer(head + tensor.tobytes(), {length: str(len(head))})
    tail = told.body[int(told.headers[length.lower()]) :]
    np.testing.assert_array_equal(np.frombuffer(tail, np.float32).reshape(SHAPE), 2 * tensor)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_packed_bodies(client: Client, packing: str) -> None:
    pack = gzip.compress if packing == "gzip" else zlib.compress
    data = pack(json.dumps(ASKED).encode())
    assert client.infer(data, {"Content-Encoding": packing}).status == 200
    assert client.infer(data[:-5], {"Content-Encoding": packing}).status == 400
    assert client.infer(b"nothing", {"Content-Encoding": packing}).status == 400


def test_mistakes_are_told_and_the_connection_goes_on(client: Client) -> None:
    with contextlib.closing(client.connection()) as connection:
        for path, body, status, sentence in (
            ("/v2/models/double/infer", b"{", 400, "no request of the protocol"),
            ("/v2/models/other/infer", b"{}", 404, "no model 'other'"),
            ("/v2/models/double/versions/2/infer", b"{}", 404, "of version 2"),
            ("/v2/models/double", b"{}", 405, "wanted GET"),
            ("/v3", b"{}", 404, "nothing at /v3"),
        ):
            connection.request("POST", path, body)
            told = reply(connection)
            assert (told.status, sentence in told.json["error"]) == (status, True), told
        wrong = {"inputs": [ASKED["inputs"][0] | {"shape": [3, 2]}]}
        connection.request("POST", "/v2/models/double/infer", json.dumps(wrong))
        told = reply(connection)
        assert (told.status, told.json["error"]) == (
            400,
            "input x: float32(3, 2), wanted float32(2, 3)",
        )
        connection.request("POST", "/v2/models/double/infer", json.dumps(ASKED))
        assert reply(connection).status == 200


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"POST /v2/models/double/infer HTTP/1.1", 411),
        (b"POST /v2/models/double/infer HTTP/1.1\r\nContent-Length: 9999999", 413),
        (b"POST /v2/models/double/infer HTTP/1.1\r\nContent-Length: -1", 400),
        (b"POST /v2/models/double/infer HTTP/1.1\r\nTransfer-Encoding: chunked", 411),
        (b"BREW /pot HTTP/1.1", 405),
        (b"GET /v2 HTTP/9.9", 400),
        (b"GET", 400),
        (b"GET " + b"/x" * 40_000 + b" HTTP/1.1", 414),
        (b"GET /v2 HTTP/1.1" + b"\r\nA: b" * 200, 431),
        (b"GET /v2/models/double/infer HTTP/1.1", 405),
    ],
)
def test_what_is_no_http_request_is_refused(session: Session, lines: bytes, status: int) -> None:
    limits = Limits(body_bytes=1000)
    with serving(session, limits) as client:
        told = raw(client, lines + b"\r\n\r\n")
        assert told.startswith(f"HTTP/1.1 {status} ".encode()), told
        assert b'{"error": ' in told
        assert client.infer(ASKED).status == 200


def raw(client: Client, data: bytes) -> bytes:
    """The server's answer to bytes, until it closes the connection or falls silent."""
    host, port = str(client.server.server_address[0]), client.server.server_address[1]
    with socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(data)
        told = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while b"}" not in told and (more := connection.recv(65536)):
                told += more
        return told


def test_a_small_body_that_unpacks_to_a_large_one_is_refused(session: Session) -> None:
    with serving(session, Limits(body_bytes=10_000)) as client:
        told = client.infer(gzip.compress(bytes(10 << 20))[:9_999], {"Content-Encoding": "gzip"})
        assert (told.status, "unpacks to more than 10000" in told.json["error"]) == (400, True)
        padded = json.dumps(ASKED).encode().ljust(10_001)
        assert client.infer(gzip.compress(padded), {"Content-Encoding": "gzip"}).status == 400
        assert client.infer(gzip.compress(padded[:-1]), {"Content-Encoding": "gzip"}).status == 200


def test_a_token_is_asked_for_by_all_but_the_probes(session: Session) -> None:
    with serving(session, token="secret") as client:
        assert client.ask("GET", "/v2/health/ready").status == 200
        for headers in ({}, {"Authorization": "Bearer secre"}, {"Authorization": "Basic x"}):
            assert client.infer(ASKED, headers).status == 401
            assert client.ask("GET", "/metrics", headers=headers).status == 401
        assert client.infer(ASKED, {"Authorization": "Bearer secret"}).status == 200


def test_as_many_wait_as_may_and_late_answers_are_given_up() -> None:
    held = Held()
    limits = Limits(waiting=2, wait_seconds=0.5)
    with serving(cast(Session, held), limits) as client, ThreadPoolExecutor(2) as pool:
        late = [pool.submit(client.infer, ASKED) for _ in range(2)]
        held.wait_for(2)
        told = client.infer(ASKED)
        assert (told.status, told.headers["retry-after"]) == (503, "1")
        assert [each.result().status for each in late] == [504, 504]
        assert len(held.futures) == 2
        assert client.infer(ASKED).status == 504  # those that were given up leave their places


def test_a_device_that_fails_is_told(client: Client) -> None:
    held = Held()
    with serving(cast(Session, held)) as client, ThreadPoolExecutor(1) as pool:
        told = pool.submit(client.infer, ASKED)
        held.wait_for(1)
        held.futures[0].set_exception(DeviceError("the core hangs"))
        assert (told.result().status, told.result().json) == (500, {"error": "the core hangs"})


def test_requests_are_counted(client: Client) -> None:
    client.infer(ASKED)
    client.infer({"inputs": []})
    lines = client.ask("GET", "/metrics").body.decode().splitlines()
    assert 'npucore_requests_total{model="double",outcome="answered"} 1' in lines
    assert 'npucore_requests_total{model="double",outcome="refused"} 1' in lines
    assert 'npucore_waiting{model="double"} 0' in lines


def test_more_connections_than_may_be_are_closed(session: Session) -> None:
    with serving(session, Limits(connections=1)) as client:
        with contextlib.closing(client.connection()) as first:
            first.request("GET", "/v2/health/live")
            assert reply(first).status == 200
            assert raw(client, b"GET /v2 HTTP/1.1\r\n\r\n") == b""
        end = time.monotonic() + 20
        while raw(client, b"GET /v2 HTTP/1.1\r\n\r\n") == b"":
            assert time.monotonic() < end


def test_a_connection_that_says_nothing_is_closed(session: Session) -> None:
    with serving(session, Limits(idle_seconds=0.1)) as client:
        assert raw(client, b"POST /v2/models/double/infer HTTP/1.1\r\nContent-Le") == b""


def test_requests_under_way_end_before_the_server_does() -> None:
    held = Held()
    with ThreadPoolExecutor(1) as pool:
        with serving(cast(Session, held)) as client:
            idle = client.connection()
            idle.request("GET", "/v2/health/live")
            assert reply(idle).status == 200
            told = pool.submit(client.infer, ASKED)
            held.wait_for(1)
            answer = [np.ones(SHAPE, np.float32)]
            threading.Timer(0.2, held.futures[0].set_result, [answer]).start()
        assert told.result().status == 200
        assert told.result().headers["connection"] == "close"
        with pytest.raises(OSError, match=r"."):
            client.ask("GET", "/v2/health/live")
        idle.close()


def test_an_address_that_is_taken_is_one_sentence(client: Client) -> None:
    port = client.server.server_address[1]
    with pytest.raises(InputError, match=f"127.0.0.1:{port}: Address already in use"):
        Server(("127.0.0.1", port), Application([]))


def test_many_clients_at_once_get_their_own_answers(client: Client) -> None:
    def one(number: int) -> bool:
        data = [float(number)] * 6
        told = client.infer({"inputs": [ASKED["inputs"][0] | {"data": data}]})
        return bool(told.json["outputs"][0]["data"] == [2.0 * number] * 6)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(64)))

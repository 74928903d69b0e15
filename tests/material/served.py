# SPDX-License-Identifier: MIT
"""A server of small networks in a thread, and what one asks of it."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.graph import Graph
from npucore.ops import Mul
from npucore.running.session import Session
from npucore.serving.models import DEFAULT, Limits
from npucore.serving.server import Server, serve
from npucore.tensor import Tensor
from npucore.vision.reading import USUAL, Reading

FLOAT = np.dtype(np.float32)
SHAPE = (2, 3)


def doubling() -> Graph:
    """Twice the input, (2, 3) floats."""
    two = np.full(SHAPE, 2, np.float32)
    x, y = Tensor("x", SHAPE, FLOAT), Tensor("y", SHAPE, FLOAT)
    op = Mul(a=x, b=Tensor("two", SHAPE, FLOAT, data=two), output=y)
    return Graph((op,), (x,), (y,), name="doubling")


@dataclass(frozen=True)
class Reply:
    """An answer: its status, headers in small letters, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks a server, each time on a connection of its own."""

    server: Server

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body, dict(headers or {}))
            return reply(connection)

    def infer(self, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", "/v2/models/double/infer", data, headers)

    def connection(self) -> http.client.HTTPConnection:
        host, port = str(self.server.server_address[0]), self.server.server_address[1]
        return http.client.HTTPConnection(host, port, timeout=30)


def reply(connection: http.client.HTTPConnection) -> Reply:
    """The answer to the last request."""
    got = connection.getresponse()
    return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())


@contextlib.contextmanager
def serving(
    session: Session,
    limits: Limits = DEFAULT,
    token: str | None = None,
    *,
    name: str = "double",
    reading: Reading = USUAL,
) -> Iterator[Client]:
    """A server of *session* as *name* on a free port, stopped at the end."""
    with serve({name: session}, ("127.0.0.1", 0), limits, token, reading) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Client(server)
        finally:
            server.stop()
            thread.join()

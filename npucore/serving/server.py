# SPDX-License-Identifier: MIT
"""The server: threads of `http.server`.

It is no hardened front: it listens on this machine alone unless it is told otherwise.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from typing import Any

from npucore.errors import InputError
from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.handler import Handler
from npucore.serving.models import DEFAULT, Limits, Model
from npucore.vision.reading import USUAL, Reading


class Server(ThreadingHTTPServer):
    """Serves *application* on *address* until `stop`.

    *address* is host and port; port 0 takes a free one, which *server_address* tells. Raises
    `InputError` for an address that cannot be listened on.
    """

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], application: Application) -> None:
        self.application = application
        self._connections = threading.BoundedSemaphore(application.limits.connections)
        self._open: set[socket.socket] = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, Handler)
        except OSError as error:
            raise InputError(f"{address[0]}:{address[1]}: {error.strerror or error}") from error

    @property
    def address(self) -> str:
        """Where it is, as ``http://127.0.0.1:8000``."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def server_bind(self) -> None:
        """Without asking for a name of the host, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, unless there are as many as may be."""
        if not self._connections.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """All requests of a connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)
            self._connections.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def stop(self) -> None:
        """Accept no more, let requests under way end, and end `serve_forever`. From any thread."""
        self.application.stopping = True
        self.shutdown()
        for connection in list(self._open):  # those that wait for a next request see the end
            try:
                connection.shutdown(socket.SHUT_RD)
            except OSError:
                continue


def serve(
    sessions: Mapping[str, Session],
    address: tuple[str, int] = ("127.0.0.1", 8000),
    limits: Limits = DEFAULT,
    token: str | None = None,
    reading: Reading = USUAL,
) -> Server:
    """A server of *sessions* by their names, which listens already.

    `Server.serve_forever` answers until `Server.stop` is called from another thread; the sessions
    stay the caller's. *limits* are what clients may ask for, *token* what they have to send as
    ``Authorization: Bearer TOKEN`` (None for nothing), *reading* how answers of detectors are read.
    Raises `InputError` for an address that cannot be listened on.
    """
    models = [Model(name, session, limits) for name, session in sessions.items()]
    return Server(address, Application(models, limits, token, reading))

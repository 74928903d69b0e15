# SPDX-License-Identifier: MIT
"""The server: threads of `http.server`, with limits on all that a client sends.

It is no hardened front: it listens on this machine alone unless it is told otherwise.
"""

from __future__ import annotations

import hmac
import json
import re
import socket
import threading
import zlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from npucore.errors import InputError, NpucoreError
from npucore.running.session import Session
from npucore.serving import protocol
from npucore.serving.models import DEFAULT, BusyError, LateError, Limits, Model, metrics

MODEL = re.compile(r"/v2/models/([^/]+)(?:/versions/([^/]+))?(?:/(ready|config|infer))?")
VERSION, EXTENSIONS = metadata.version("npucore"), ["binary_tensor_data"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
WINDOW_BITS = {"gzip": 31, "deflate": 15}  # of zlib's formats


def serve(
    sessions: Mapping[str, Session],
    address: tuple[str, int] = ("127.0.0.1", 8000),
    limits: Limits = DEFAULT,
    token: str | None = None,
) -> Server:
    """A server of *sessions* by their names, which listens already.

    `Server.serve_forever` answers until `Server.stop` is called from another thread; the sessions
    stay the caller's. Other arguments, and what is raised, are those of `Server`.
    """
    models = {name: Model(name, session, limits) for name, session in sessions.items()}
    return Server(address, models, limits, token)


class _RefusalError(Exception):
    """An answer that is an error; *last* closes the connection, whose body was not read."""

    def __init__(self, status: HTTPStatus, sentence: str, *, last: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.last = status, sentence, last


class Server(ThreadingHTTPServer):
    """Serves *models* on *address* until `stop`.

    Parameters
    ----------
    address
        Host and port; port 0 takes a free one, which *server_address* tells.
    models
        By name.
    limits
        What clients may ask for.
    token
        What a client has to send as ``Authorization: Bearer TOKEN``; None for nothing.

    Raises `InputError` for an address that cannot be listened on.
    """

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        models: Mapping[str, Model],
        limits: Limits = DEFAULT,
        token: str | None = None,
    ) -> None:
        self.models, self.limits, self.token = dict(models), limits, token
        self.stopping = False
        self._connections = threading.BoundedSemaphore(limits.connections)
        self._open: set[socket.socket] = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, _Handler)
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
        self.stopping = True
        self.shutdown()
        for connection in list(self._open):  # those that wait for a next request see the end
            try:
                connection.shutdown(socket.SHUT_RD)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = f"npucore/{VERSION}", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    @property
    def owner(self) -> Server:
        return cast(Server, self.server)

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.owner.limits.idle_seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are counted, not listed."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What `http.server` finds wrong with a request, which is always the client's mistake."""
        status = {501: HTTPStatus.METHOD_NOT_ALLOWED, 505: HTTPStatus.BAD_REQUEST}.get(code, code)
        self.close_connection = True
        self.request_version = self.protocol_version  # else there are no headers
        self._error(HTTPStatus(status), message or HTTPStatus(status).phrase)

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def _answer(self, what: Callable[[], None]) -> None:
        try:
            what()
        except _RefusalError as refusal:
            self.close_connection = self.close_connection or refusal.last
            self._error(refusal.status, refusal.sentence)
        except InputError as error:
            self._error(HTTPStatus.BAD_REQUEST, str(error))
        except BusyError as error:
            self._error(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": "1"})
        except LateError as error:
            self._error(HTTPStatus.GATEWAY_TIMEOUT, str(error))
        except NpucoreError as error:
            self._error(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    def _get(self) -> None:
        path = self._path()
        if path == "/v2/health/live":
            return self._send(b"", {})
        if path == "/v2/health/ready":
            return self._ready()
        self._authorize()
        if path == "/metrics":
            return self._send(metrics(self.owner.models).encode(), {"Content-Type": TEXT})
        if path == "/v2":
            return self._json({"name": "npucore", "version": VERSION, "extensions": EXTENSIONS})
        model, what = self._model(path)
        if what == "ready":
            return self._ready()
        if what == "infer":
            raise _RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, "GET of infer, wanted POST")
        tell = protocol.config if what == "config" else protocol.metadata
        return self._json(tell(model.name, model.session.inputs, model.session.outputs))

    def _post(self) -> None:
        path = self._path()
        self._authorize()
        body = self._body()
        if path == "/v2/repository/index":
            states = [{"name": n, "version": "1", "state": "READY"} for n in self.owner.models]
            return self._json(states)
        model, what = self._model(path)
        if what != "infer":
            raise _RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, f"POST of {path}, wanted GET")
        request = protocol.parse(body, self._number(protocol.HEADER_LENGTH))
        outputs = model.infer(request.inputs)
        return self._send(*protocol.answer(model.name, request, outputs))

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path).rstrip("/")

    def _model(self, path: str) -> tuple[Model, str | None]:
        found = MODEL.fullmatch(path)
        if found is None:
            raise _RefusalError(HTTPStatus.NOT_FOUND, f"nothing at {path}")
        name, version, what = found.groups()
        if name not in self.owner.models or version not in (None, "1"):
            known = ", ".join(self.owner.models)
            raise _RefusalError(
                HTTPStatus.NOT_FOUND,
                f"no model {name!r} of version {version or 1}, there is {known}",
            )
        return self.owner.models[name], what

    def _authorize(self) -> None:
        token = self.owner.token
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token is not None and not hmac.compare_digest(given.encode(), token.encode()):
            raise _RefusalError(
                HTTPStatus.UNAUTHORIZED, "no token, or not the right one", last=True
            )

    def _ready(self) -> None:
        if self.owner.stopping:
            raise _RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, "the server stops", last=True)
        self._send(b"", {})

    def _number(self, header: str) -> int | None:
        text = self.headers.get(header)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            raise _RefusalError(
                HTTPStatus.BAD_REQUEST, f"{header}: {text!r}, wanted a number", last=True
            )
        return int(text)

    def _body(self) -> bytes:
        """The body, unpacked. Read whole before anything is answered: the connection goes on."""
        most, size = self.owner.limits.body_bytes, self._number("Content-Length")
        if size is None or "Transfer-Encoding" in self.headers:
            raise _RefusalError(HTTPStatus.LENGTH_REQUIRED, "no Content-Length", last=True)
        if size > most:
            sentence = f"a body of {size} bytes, at most {most}"
            raise _RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence, last=True)
        body = self.rfile.read(size)
        if len(body) < size:
            raise _RefusalError(HTTPStatus.BAD_REQUEST, f"{len(body)} of {size} bytes", last=True)
        packing = self.headers.get("Content-Encoding", "identity")
        if packing == "identity":
            return body
        if packing not in WINDOW_BITS:
            sentence = f"Content-Encoding {packing}, wanted {' or '.join(WINDOW_BITS)}"
            raise _RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, sentence)
        return _unpacked(body, WINDOW_BITS[packing], most)

    def _json(self, value: object) -> None:
        self._send(json.dumps(value).encode(), {"Content-Type": protocol.JSON})

    def _error(
        self, status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        body = json.dumps({"error": " ".join(sentence.split())}).encode()
        self._send(body, {"Content-Type": protocol.JSON, **(headers or {})}, status)

    def _send(
        self, body: bytes, headers: Mapping[str, str], status: HTTPStatus = HTTPStatus.OK
    ) -> None:
        self.close_connection = self.close_connection or self.owner.stopping
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _unpacked(body: bytes, window_bits: int, most: int) -> bytes:
    """At most *most* bytes. Raises `InputError` for more, and for what is not packed so."""
    unpacker = zlib.decompressobj(window_bits)
    try:
        data = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise InputError(f"the body cannot be unpacked: {error}") from error
    if len(data) > most or not unpacker.eof:
        raise InputError(f"a body that unpacks to more than {most} bytes, or has no end")
    return data

# SPDX-License-Identifier: MIT
"""The requests of one connection, with limits on all that a client sends."""

from __future__ import annotations

import hmac
import json
import re
import zlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import metadata
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlsplit

from npucore.errors import InputError, NpucoreError
from npucore.serving import protocol
from npucore.serving.models import BusyError, LateError, Limits, Model, metrics

MODEL = re.compile(r"/v2/models/([^/]+)(?:/versions/([^/]+))?(?:/(ready|config|infer))?")
VERSION, EXTENSIONS = metadata.version("npucore"), ["binary_tensor_data"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
WINDOW_BITS = {"gzip": 31, "deflate": 15}  # of zlib's formats


class Owner(Protocol):
    """The part of a server that its handlers use."""

    models: dict[str, Model]
    limits: Limits
    token: str | None
    stopping: bool


class _RefusalError(Exception):
    """An answer that is an error; *last* closes the connection, whose body was not read."""

    def __init__(self, status: HTTPStatus, sentence: str, *, last: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.last = status, sentence, last


class Handler(BaseHTTPRequestHandler):
    """Answers requests of a server, which is an `Owner`."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = f"npucore/{VERSION}", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    @property
    def owner(self) -> Owner:
        return cast(Owner, self.server)

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.owner.limits.idle_seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are counted, not listed."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that `http.server` refuses: always the client's mistake."""
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

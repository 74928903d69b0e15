# SPDX-License-Identifier: MIT
"""The requests of one connection, with limits on all that a client sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlsplit

from npucore.errors import InputError
from npucore.serving.application import VERSION, Application, number
from npucore.serving.messages import (
    HttpAnswer,
    HttpRequest,
    RefusalError,
    refusal,
    sentence,
    unpacked,
)


class Owner(Protocol):
    """The part of a server that its handlers use."""

    application: Application


class Handler(BaseHTTPRequestHandler):
    """Answers requests of a server, which is an `Owner`."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = f"npucore/{VERSION}", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    @property
    def application(self) -> Application:
        return cast(Owner, self.server).application

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.application.limits.idle_seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are counted, not listed."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that `http.server` refuses: always the client's mistake."""
        status = {501: HTTPStatus.METHOD_NOT_ALLOWED, 505: HTTPStatus.BAD_REQUEST}.get(code, code)
        self.close_connection = True
        self.request_version = self.protocol_version  # else there are no headers
        self._send(sentence(HTTPStatus(status), message or HTTPStatus(status).phrase))

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path).rstrip("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = HttpRequest(self.command, path, headers)
        try:
            if self.command == "POST":
                self.application.admit(request)
                request = replace(request, body=self._body(headers))
            self._send(self.application.answer(request))
        except (RefusalError, InputError) as error:
            last = isinstance(error, RefusalError) and error.last
            self.close_connection = self.close_connection or last
            self._send(refusal(error))

    def _body(self, headers: Mapping[str, str]) -> bytes:
        """The body, unpacked. Read whole before anything is answered: the connection goes on."""
        most, size = self.application.limits.body_bytes, number(headers, "Content-Length")
        if size is None or "transfer-encoding" in headers:
            raise RefusalError(HTTPStatus.LENGTH_REQUIRED, "no Content-Length", last=True)
        if size > most:
            text = f"a body of {size} bytes, at most {most}"
            raise RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text, last=True)
        body = self.rfile.read(size)
        if len(body) < size:
            raise RefusalError(HTTPStatus.BAD_REQUEST, f"{len(body)} of {size} bytes", last=True)
        return unpacked(body, headers, most)

    def _send(self, answer: HttpAnswer) -> None:
        self.close_connection = self.close_connection or self.application.stopping
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

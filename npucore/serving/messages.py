# SPDX-License-Identifier: MIT
"""Requests and answers over HTTP, whatever server reads and writes them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from npucore.errors import InputError, NpucoreError
from npucore.serving.models import BusyError, LateError

JSON = "application/json"
WINDOW_BITS = {"gzip": 31, "deflate": 15}  # of zlib's formats


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that has been read.

    *path* is unquoted, without a query. Names of *headers* are in small letters.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer that is to be written."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: HTTPStatus = HTTPStatus.OK


class RefusalError(Exception):
    """An answer that is an error; *last* closes the connection, whose body was not read."""

    def __init__(self, status: HTTPStatus, sentence: str, *, last: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.last = status, sentence, last


def document(
    value: object,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """*value* as JSON."""
    return HttpAnswer(json.dumps(value).encode(), {"Content-Type": JSON, **(headers or {})}, status)


def refusal(error: RefusalError | NpucoreError) -> HttpAnswer:
    """The answer that says *error* in a sentence: 4xx for a mistake of the client's."""
    match error:
        case RefusalError():
            return sentence(error.status, error.sentence)
        case InputError():
            return sentence(HTTPStatus.BAD_REQUEST, str(error))
        case BusyError():
            wait = {"Retry-After": "1"}
            return sentence(HTTPStatus.SERVICE_UNAVAILABLE, str(error), wait)
        case LateError():
            return sentence(HTTPStatus.GATEWAY_TIMEOUT, str(error))
        case _:
            return sentence(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def sentence(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """An error, on one line."""
    return document({"error": " ".join(text.split())}, status, headers)


def unpacked(body: bytes, headers: Mapping[str, str], most: int) -> bytes:
    """*body*, of at most *most* bytes, without the packing that Content-Encoding names.

    Raises `RefusalError` for a packing that is unknown, `InputError` for more bytes, and for what
    is not packed so.
    """
    packing = headers.get("content-encoding", "identity")
    if packing == "identity":
        return body
    if packing not in WINDOW_BITS:
        text = f"Content-Encoding {packing}, wanted {' or '.join(WINDOW_BITS)}"
        raise RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    unpacker = zlib.decompressobj(WINDOW_BITS[packing])
    try:
        data = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise InputError(f"the body cannot be unpacked: {error}") from error
    if len(data) > most or not unpacker.eof:
        raise InputError(f"a body that unpacks to more than {most} bytes, or has no end")
    return data

# SPDX-License-Identifier: MIT
"""ONNX Runtime's exceptions: its own classes where a program has imported it, else equivalents."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from npucore.errors import InputError, InvalidModelError, NpucoreError, UnsupportedError

ORIGINALS = "onnxruntime.capi.onnxruntime_pybind11_state"
PREFIX = "[ONNXRuntimeError]"
CODES = {  # OrtErrorCode, source: onnxruntime_c_api.h
    "Fail": (1, "FAIL"),
    "InvalidArgument": (2, "INVALID_ARGUMENT"),
    "NoSuchFile": (3, "NO_SUCHFILE"),
    "NoModel": (4, "NO_MODEL"),
    "EngineError": (5, "ENGINE_ERROR"),
    "RuntimeException": (6, "RUNTIME_EXCEPTION"),
    "InvalidProtobuf": (7, "INVALID_PROTOBUF"),
    "ModelLoaded": (8, "MODEL_LOADED"),
    "NotImplemented": (9, "NOT_IMPLEMENTED"),
    "InvalidGraph": (10, "INVALID_GRAPH"),
    "EPFail": (11, "EP_FAIL"),
}
CLASSES: dict[str, type[Exception]] = {
    name: type(name, (Exception,), {"__module__": ORIGINALS}) for name in CODES
}


def error(kind: str, text: str) -> Exception:
    """An exception of that class, with the first words that ONNX Runtime gives it."""
    code, word = CODES[kind]
    found: type[Exception] = getattr(sys.modules.get(ORIGINALS), kind, CLASSES[kind])
    return found(f"{PREFIX} : {code} : {word} : {text}")


def plain(raised: Exception) -> str:
    """The text of an exception of `error`, without those words.

    >>> plain(error("Fail", "it : broke"))
    'it : broke'
    """
    text = str(raised)
    return text.split(" : ", 3)[-1] if text.startswith(PREFIX) else text


@contextmanager
def translated(what: str = "") -> Iterator[None]:
    """Turn an `NpucoreError` into the exception that ONNX Runtime has for such a thing."""
    try:
        yield
    except NpucoreError as raised:
        raise error(_kind(raised), f"{what}{raised}") from raised


def _kind(raised: NpucoreError) -> str:
    if isinstance(raised, InputError):
        return "InvalidArgument"
    if isinstance(raised, InvalidModelError):
        return "InvalidGraph"
    return "NotImplemented" if isinstance(raised, UnsupportedError) else "Fail"

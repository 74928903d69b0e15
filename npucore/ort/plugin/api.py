# SPDX-License-Identifier: MIT
"""ONNX Runtime's C interface, called from Python."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Mapping
from typing import Any

from npucore.errors import NpucoreError, UnsupportedError
from npucore.ort.plugin.tables import (
    EP_API,
    EP_FAIL,
    GET_API,
    GET_VERSION_STRING,
    LEAST,
    ORT_API,
    OUT,
    POINTER,
    TEXT,
    VERSION,
    Signature,
)


class Api:
    """The functions of one runtime, whose ``OrtApiBase`` lies at *base*.

    Raises `UnsupportedError` for a version without plug-ins of the kind that npucore is.
    """

    def __init__(self, base: int) -> None:
        entries = ctypes.cast(base, OUT)
        text = ctypes.CFUNCTYPE(TEXT)(_entry(entries, GET_VERSION_STRING))().decode()
        version = version_of(text)
        if version is None or version < LEAST or version[0] != LEAST[0]:
            raise UnsupportedError(
                f"ONNX Runtime {text}: npucore's provider needs {LEAST[0]}.{LEAST[1]} or a later "
                f"version {LEAST[0]}"
            )
        get_api = ctypes.CFUNCTYPE(POINTER, ctypes.c_uint32)(_entry(entries, GET_API))
        self._functions = _functions(get_api(VERSION), ORT_API)
        self._functions |= _functions(self._functions["GetEpApi"](), EP_API)

    def plain(self, name: str, *arguments: Any) -> Any:
        """Call a function that cannot fail."""
        return self._functions[name](*arguments)

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function that returns a status. Raises `NpucoreError` with its message."""
        status = self._functions[name](*arguments)
        if status:
            said = self._functions["GetErrorMessage"](status).decode(errors="replace")
            self._functions["ReleaseStatus"](status)
            raise NpucoreError(f"{name}: {said}")

    def get(self, name: str, *arguments: Any) -> Any:
        """The result in a function's last parameter: a number, an address or bytes."""
        pointer: Any = _kinds(name)[-1]
        out = pointer._type_()
        self.call(name, *arguments, ctypes.byref(out))
        return out.value

    def text(self, name: str, of: int) -> str:
        """The text that a function returns."""
        found: bytes | None = self.get(name, of)
        return (found or b"").decode(errors="replace")

    def each(self, name: str, of: int) -> list[int]:
        """The members of an object: ``Graph_Get`` and ``Nodes``, with a place for ``Num``."""
        owner, _, members = name.partition(":")
        count = self.get(f"{owner}_GetNum{members}", of)
        array = (POINTER * count)()
        if count:
            self.call(f"{owner}_Get{members}", of, ctypes.cast(array, OUT), count)
        return [address or 0 for address in array]

    def status(self, error: BaseException) -> int:
        """A new OrtStatus that says *error*."""
        said = f"npucore: {error}" if isinstance(error, NpucoreError) else f"npucore: {error!r}"
        status: int = self._functions["CreateStatus"](EP_FAIL, said.encode())
        return status

    def entries(self, options: int) -> dict[str, str]:
        """The configuration entries of OrtSessionOptions."""
        pairs = self.get("GetSessionOptionsConfigEntries", options)
        keys, values, count = POINTER(), POINTER(), ctypes.c_size_t()
        found = (ctypes.byref(keys), ctypes.byref(values), ctypes.byref(count))
        self.plain("GetKeyValuePairs", pairs, *found)
        texts = ctypes.POINTER(TEXT)
        names, texts_ = (ctypes.cast(each, texts) for each in (keys, values))
        result = {_text(names[i]): _text(texts_[i]) for i in range(count.value)}
        self.plain("ReleaseKeyValuePairs", pairs)
        return result


def version_of(text: str) -> tuple[int, int] | None:
    """Major and minor version, None for no version.

    >>> version_of("1.32.0"), version_of("")
    ((1, 32), None)
    """
    found = re.match(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _entry(table: Any, place: int) -> int:
    address: int = table[place] or 0
    return address


def _functions(table: int, signatures: Mapping[str, Signature]) -> dict[str, Callable[..., Any]]:
    entries = ctypes.cast(table, OUT)
    return {
        name: ctypes.CFUNCTYPE(result, *arguments)(_entry(entries, place))
        for name, (place, result, arguments) in signatures.items()
    }


def _kinds(name: str) -> tuple[type, ...]:
    return (ORT_API.get(name) or EP_API[name])[2]


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")

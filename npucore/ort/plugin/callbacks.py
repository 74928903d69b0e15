# SPDX-License-Identifier: MIT
"""Python functions that ONNX Runtime calls."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from npucore.ort.plugin.api import Api
from npucore.ort.plugin.tables import FILLED, POINTER

IDLE = ctypes.cast(ctypes.CDLL(None).getpid, POINTER).value
"""A function of C's library that may be called with anything and changes nothing."""


def retire(table: Any, *names: str) -> None:
    """Let functions that release something do nothing from now on, and let the table stay for ever.

    ONNX Runtime may outlive Python, and releases what it holds then.
    """
    for name in names:
        setattr(table, name, IDLE)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(table))


class Callbacks:
    """Fills tables with functions and keeps what C points at for as long as it lives itself."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._kept: list[object] = []

    def fill(self, table: Any, **functions: Any) -> Any:
        """Write their version and the addresses of *functions* into a table."""
        table.version = FILLED
        for name, function in functions.items():
            setattr(table, name, ctypes.cast(function, POINTER).value)
        self._kept += [table, *functions.values()]
        return table

    def status(self, function: Callable[..., None], *kinds: type) -> object:
        """*function* as one that returns an OrtStatus: whatever it raises becomes one."""

        def call(*arguments: Any) -> int | None:
            try:
                function(*arguments)
            except BaseException as error:  # nothing may be raised into C
                return self._api.status(error)
            return None

        return ctypes.CFUNCTYPE(POINTER, *kinds)(call)

    def plain(self, function: Callable[..., None], *kinds: type) -> object:
        """*function* as one that returns nothing."""
        return ctypes.CFUNCTYPE(None, *kinds)(function)

    def text(self, text: str) -> object:
        """A function that returns *text*."""
        buffer = ctypes.create_string_buffer(text.encode())
        self._kept.append(buffer)
        address = ctypes.addressof(buffer)
        return ctypes.CFUNCTYPE(POINTER, POINTER)(lambda this: address)

    def number(self, value: Any, kind: type) -> object:
        """A function that returns *value*."""
        return ctypes.CFUNCTYPE(kind, POINTER)(lambda this: value)

    def nothing(self, *kinds: type) -> object:
        """A function that does nothing."""
        return ctypes.CFUNCTYPE(None, *kinds)(lambda *arguments: None)

    def null(self, *kinds: type) -> object:
        """A function that gives a null pointer by its last parameter."""

        def call(*arguments: Any) -> None:
            arguments[-1][0] = None

        return self.status(call, *kinds)

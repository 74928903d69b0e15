# SPDX-License-Identifier: MIT
"""npucore within ExecuTorch's runtime: payloads become sessions, and sessions are run."""

from __future__ import annotations

import ctypes
import importlib
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from npucore.errors import InputError, NpucoreError
from npucore.executorch.building import installed, place
from npucore.executorch.shim import Argument, Shim
from npucore.faces.said import say
from npucore.files.artifact import Artifact
from npucore.running.session import Session

BINDINGS = "executorch.extension.pybindings.portable_lib"
"""Brings ``libexecutorch.so``, whose functions the library calls."""
KERNELS = "executorch.kernels.quantized"
"""ExecuTorch's own kernels for what lies between delegated sets of quantized operators."""
PAYLOAD = "payload"
FAILED = 1


class Runtime:
    """Sessions of the methods that are loaded, by the handles that the runtime keeps."""

    def __init__(self) -> None:
        self._sessions: dict[int, Session] = {}
        self._lock, self._last = threading.Lock(), 0

    @property
    def sessions(self) -> Mapping[int, Session]:
        """The sessions by handle, the one that was opened last at the end."""
        return self._sessions

    def init(self, address: int, size: int) -> int:
        """Open a payload: a handle, 0 with a sentence on the standard error for a failure."""
        try:
            data = ctypes.string_at(address, size) if size else b""
            session = Session(Artifact.from_bytes(data, PAYLOAD))
            say(session.network.name, session)
        except Exception as error:  # nothing may be raised into C
            return _failed(error, 0)
        with self._lock:
            self._last += 1
            self._sessions[self._last] = session
            return self._last

    def execute(self, handle: int, arguments: Sequence[Argument]) -> int:
        """Run: inputs, then outputs, which are written; 0, or 1 for a failure, which is said."""
        try:
            session = self._sessions[handle]
            arrays = [argument.array() for argument in arguments]
            count = len(session.inputs)
            if len(arrays) != count + len(session.outputs):
                raise InputError(f"{len(arrays)} tensors, wanted {count + len(session.outputs)}")
            results = session.run([np.ascontiguousarray(array) for array in arrays[:count]])
            for mine, array in zip(results, arrays[count:], strict=True):
                if (mine.shape, mine.dtype) != (array.shape, array.dtype):
                    raise InputError(
                        f"an output is {mine.dtype}{mine.shape}, the program wants "
                        f"{array.dtype}{array.shape}"
                    )
                np.copyto(array, mine)
        except Exception as error:  # nothing may be raised into C
            return _failed(error, FAILED)
        return 0

    def destroy(self, handle: int) -> None:
        """Close a session."""
        with self._lock:
            session = self._sessions.pop(handle, None)
        if session is not None:
            session.close()


_runtime = Runtime()
_shims: list[Shim] = []
_registering = threading.Lock()


def register(library: str | Path | None = None) -> None:
    """Make npucore known to the ExecuTorch of this process, before it loads a program.

    *library* is what `build` has made, by default where it makes it. To call it again changes
    nothing. Raises `UnsupportedError` without ExecuTorch, and for a library that is missing or
    built for another version.
    """
    with _registering:
        if _shims:
            return
        version, _ = installed()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that its interface is experimental
            for module in (BINDINGS, KERNELS):
                importlib.import_module(module)
        shim = Shim(place() if library is None else Path(library), version)
        shim.register(_runtime.init, _runtime.execute, _runtime.destroy)
        _shims.append(shim)


def networks() -> list[Session]:
    """The sessions of the methods that are loaded, the one that was loaded last at the end."""
    return list(_runtime.sessions.values())


def _failed(error: Exception, status: int) -> int:
    said = str(error) if isinstance(error, NpucoreError) else repr(error)
    print(f"npucore: {said}", file=sys.stderr, flush=True)
    return status

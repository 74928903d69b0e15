# SPDX-License-Identifier: MIT
"""A node of the host that is a session: its tensors are read and written where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import c_char

import numpy as np

from npucore.errors import InputError
from npucore.litert.external.claims import Piece
from npucore.litert.external.context import Context
from npucore.running.session import Session
from npucore.tensor import Array, Tensor


class Kernel:
    """Runs *piece* by *session*; *names* are the file's names of tensors, for messages."""

    def __init__(self, piece: Piece, session: Session, names: Sequence[str]) -> None:
        self._piece, self._session, self._names = piece, session, names
        self._views: dict[int, tuple[int, Array]] = {}

    def prepare(self, context: Context) -> None:
        """Raise `InputError` for inputs of other shapes; outputs get theirs."""
        for number, tensor in zip(self._piece.inputs, self._piece.graph.inputs, strict=True):
            if (shape := context.shape(number)) != tuple(tensor.shape):
                raise InputError(
                    f"{self._names[number]} is resized to {shape}, but the network was compiled "
                    f"for {tuple(tensor.shape)} when the delegate took it: resize before that, or "
                    "use npucore.litert.Interpreter, which compiles anew"
                )
        for number, tensor in zip(self._piece.outputs, self._piece.graph.outputs, strict=True):
            if context.shape(number) != tuple(tensor.shape):
                context.resize(number, tuple(tensor.shape))

    def invoke(self, context: Context) -> None:
        """Run once; raises as `Session.run`."""
        ends = zip(self._piece.inputs, self._piece.graph.inputs, strict=True)
        results = self._session.run([self._view(context, n, t) for n, t in ends])
        ends = zip(self._piece.outputs, self._piece.graph.outputs, strict=True)
        for (number, tensor), result in zip(ends, results, strict=True):
            np.copyto(self._view(context, number, tensor), result)

    def close(self) -> None:
        """Release what the session holds."""
        self._session.close()

    def _view(self, context: Context, number: int, tensor: Tensor) -> Array:
        """A tensor's memory, which may be elsewhere than it was."""
        found = context.tensor(number)
        address = found.data or 0
        known = self._views.get(number)
        if known is None or known[0] != address or known[1].nbytes != found.bytes:
            if not address or found.bytes != tensor.size_bytes:
                raise InputError(
                    f"{self._names[number]} has {found.bytes} bytes, wanted {tensor.size_bytes}"
                )
            memory = (c_char * found.bytes).from_address(address)
            view = np.frombuffer(memory, tensor.dtype).reshape(tensor.shape)
            known = self._views[number] = address, view
        return known[1]

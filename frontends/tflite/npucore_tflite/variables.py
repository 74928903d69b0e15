# SPDX-License-Identifier: MIT
"""Resource variables: what a network keeps under a name from run to run."""

from __future__ import annotations

import dataclasses

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import State
from npucore.tensor import Array, Tensor


class Variables:
    """The variables of a file, by their names, while its operators are read in order."""

    def __init__(self) -> None:
        self.first: dict[str, Array] = {}  # what CALL_ONCE has assigned
        self._before: dict[str, Tensor] = {}
        self._current: dict[str, Tensor] = {}

    def read(self, name: str, declared: Tensor, where: str) -> Tensor:
        """The variable as it is now. To read it before it is assigned makes it a state."""
        if name not in self._current:
            if name not in self.first:
                raise UnsupportedError(f"{where}: the variable {name!r} is read before it is set")
            first = self.first[name]
            quantization = declared.quantization if first.dtype.kind in "iu" else None
            tensor = Tensor(name, first.shape, first.dtype, quantization)
            self._before[name] = self._current[name] = tensor
        return self._current[name]

    def assign(self, name: str, tensor: Tensor, where: str) -> None:
        """The variable is *tensor* from now on."""
        known = self.first.get(name)
        if known is not None and (known.shape, known.dtype) != (tensor.shape, tensor.dtype):
            raise UnsupportedError(
                f"{where}: the variable {name!r} of {known.dtype}{known.shape} "
                f"becomes {tensor.dtype}{tensor.shape}"
            )
        self._current[name] = tensor

    def begin(self, name: str, tensor: Tensor, where: str) -> None:
        """The values that CALL_ONCE assigns, which have to be constant."""
        if tensor.data is None:
            raise UnsupportedError(f"{where}: the variable {name!r} begins with a computed value")
        self.first[name] = tensor.data

    def states(self) -> tuple[State, ...]:
        """A state for each variable that is read before it is assigned."""
        found = []
        for name, before in self._before.items():
            after = self._current[name]
            if after.is_constant and after.quantization is None:
                after = dataclasses.replace(after, data=np.asarray(after.data))
            found.append(State(before, after, self.first[name]))
        return tuple(found)

# SPDX-License-Identifier: MIT
"""A set of nodes that npucore has claimed, compiled, and run by ONNX Runtime."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from npucore.errors import NpucoreError
from npucore.ort.plugin.api import Api
from npucore.ort.plugin.callbacks import Callbacks, retire
from npucore.ort.plugin.reading import tensor_kind
from npucore.ort.plugin.tables import OUT, POINTER, ComputeTable
from npucore.running.session import Session
from npucore.tensor import Array, Tensor


class Fused:
    """One fused node: *reads* and *writes* are the places among its own of the session's ends."""

    def __init__(
        self, api: Api, session: Session, reads: Sequence[int], writes: Sequence[int]
    ) -> None:
        self.session = session
        self._api, self._lock, self.runs = api, threading.Lock(), 0
        self._reads = list(zip(reads, session.inputs, strict=True))
        self._writes = list(writes)
        self._callbacks = callbacks = Callbacks(api)
        self._table = callbacks.fill(
            ComputeTable(),
            CreateState=callbacks.status(_no_state, POINTER, POINTER, OUT),
            Compute=callbacks.status(self._compute, POINTER, POINTER, POINTER),
            ReleaseState=callbacks.nothing(POINTER, POINTER),
        )
        self.address = ctypes.addressof(self._table)

    def _compute(self, this: int, state: int, context: int) -> None:
        arrays = [self._input(context, place, tensor) for place, tensor in self._reads]
        results = self.session.run(arrays)
        for place, array in zip(self._writes, results, strict=True):
            self._output(context, place, array)
        with self._lock:
            self.runs += 1

    def _input(self, context: int, place: int, tensor: Tensor) -> Array:
        """The memory of an input itself."""
        value = self._api.get("KernelContext_GetInput", context, place)
        _, shape = tensor_kind(self._api, value)
        if shape != tensor.shape:
            raise NpucoreError(f"{tensor.name} is {shape}, compiled for {tensor.shape}")
        return self._memory(value, shape, tensor.dtype)

    def _output(self, context: int, place: int, array: Array) -> None:
        sizes = (ctypes.c_int64 * array.ndim)(*array.shape)
        value = self._api.get("KernelContext_GetOutput", context, place, sizes, array.ndim)
        if value:  # null for one that nobody reads
            np.copyto(self._memory(value, array.shape, array.dtype), array)

    def _memory(self, value: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        address = self._api.get("GetTensorMutableData", value)
        size = int(np.prod(shape)) * dtype.itemsize
        if not size:
            return np.empty(shape, dtype)
        memory = memoryview((ctypes.c_char * size).from_address(address))
        array: Array = np.frombuffer(memory, dtype).reshape(shape)
        return array

    def retire(self) -> None:
        """Be ready for the end of Python."""
        retire(self._table, "ReleaseState")

    def close(self) -> None:
        """Release what the backends hold."""
        self.session.close()


def _no_state(this: int, context: int, state: Any) -> None:
    """Something that is not null: ONNX Runtime hands it back and nobody reads it."""
    state[0] = 1

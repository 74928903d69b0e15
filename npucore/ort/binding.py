# SPDX-License-Identifier: MIT
"""Inputs and outputs that a program binds once and runs often: ``IOBinding``."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from npucore.ort.described import NodeArg
from npucore.ort.errors import plain
from npucore.ort.values import OrtValue
from npucore.tensor import Array


class Runs(Protocol):
    """A session, as far as it is needed here."""

    def get_inputs(self) -> list[NodeArg]:
        """The inputs."""
        ...

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, Any]) -> list[Array]:
        """The outputs of those names."""
        ...


class IOBinding:
    """Arrays that a session reads and writes, all in the CPU's memory.

    Names of devices are taken and mean that.
    """

    def __init__(self, session: Runs) -> None:
        self.session = session
        self._inputs: dict[str, Array] = {}
        self._outputs: dict[str, Array | None] = {}
        self._results: list[OrtValue] = []

    def bind_cpu_input(self, name: str, arr_on_cpu: Array) -> None:
        """Read an array, as it is at each run."""
        if name not in {end.name for end in self.session.get_inputs()}:
            raise RuntimeError(f"Failed to find NodeArg with name: {name} in the def list")
        self._inputs[name] = arr_on_cpu

    def bind_ortvalue_input(self, name: str, ortvalue: Any) -> None:
        """The same."""
        self.bind_cpu_input(name, ortvalue.numpy())

    def bind_input(
        self,
        name: str,
        device_type: str,
        device_id: int,
        element_type: Any,
        shape: Sequence[int],
        buffer_ptr: int,
    ) -> None:
        """Read the memory at an address."""
        self.bind_cpu_input(name, _memory(buffer_ptr, element_type, shape))

    def bind_output(
        self,
        name: str,
        device_type: str = "cpu",
        device_id: int = 0,
        element_type: Any = None,
        shape: Sequence[int] | None = None,
        buffer_ptr: int | None = None,
    ) -> None:
        """Keep an output, in the memory at an address if one is given."""
        if buffer_ptr is None:
            self._outputs[name] = None
            return
        if element_type is None or shape is None:
            raise ValueError(
                "`element_type` and `shape` are to be provided if pre-allocated memory is provided"
            )
        self._outputs[name] = _memory(buffer_ptr, element_type, shape)

    def bind_ortvalue_output(self, name: str, ortvalue: Any) -> None:
        """Write an output into the value's memory."""
        self._outputs[name] = ortvalue.numpy()

    def run(self) -> None:
        """Run the session once; raises `RuntimeError` in ONNX Runtime's words."""
        if not self._outputs:
            raise RuntimeError("Error in execution: At least one output should be requested.")
        self._results = []
        for name, result in self._answers():
            self._results.append(OrtValue(self._written(name, result)))

    def _answers(self) -> list[tuple[str, Array]]:
        names = list(self._outputs)
        try:
            return list(zip(names, self.session.run(names, self._inputs), strict=True))
        except Exception as error:  # whichever class ONNX Runtime has for it
            raise RuntimeError(f"Error in execution: {plain(error)}") from error

    def _written(self, name: str, result: Array) -> Array:
        memory = self._outputs[name]
        if memory is None:
            return result
        if (memory.shape, memory.dtype) != (result.shape, result.dtype):
            raise RuntimeError(
                f"Error in execution: the output {name} is {result.dtype}{result.shape}, "
                f"the memory bound to it {memory.dtype}{memory.shape}"
            )
        np.copyto(memory, result)
        return memory

    def get_outputs(self) -> list[OrtValue]:
        """The outputs of the last run, in the order in which they were bound."""
        return list(self._results)

    def copy_outputs_to_cpu(self) -> list[Array]:
        """Copies of the outputs of the last run."""
        return [value.numpy().copy() for value in self._results]

    def clear_binding_inputs(self) -> None:
        """Bind no input any more."""
        self._inputs.clear()

    def clear_binding_outputs(self) -> None:
        """Bind no output any more."""
        self._outputs.clear()

    def synchronize_inputs(self) -> None:
        """Nothing: there is one memory."""

    def synchronize_outputs(self) -> None:
        """Nothing: there is one memory."""


def _memory(address: int, element_type: Any, shape: Sequence[int]) -> Array:
    dtype = np.dtype(element_type)
    size = math.prod(shape) * dtype.itemsize
    raw = (ctypes.c_char * size).from_address(address)
    return np.frombuffer(raw, dtype).reshape(tuple(shape))

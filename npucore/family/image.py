# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: words linked, constants copied, jobs ready."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from npucore.family.code import ACTIVATIONS, COMMANDS, CONSTANTS, Bytes, Compiled, Port
from npucore.family.device import Device, JobError, StoppedJobError
from npucore.tensor import Array

ChipT = TypeVar("ChipT")
JobT = TypeVar("JobT")
RequestT = TypeVar("RequestT")


@dataclass(frozen=True, slots=True, eq=False)
class Loading:
    """How a program goes onto a device.

    Parameters
    ----------
    names
        What messages call the ops, by index; others are called by their number.
    checked
        Whether jobs have to pass the family's validator; only a self-test may try others, and only
        what this code has compiled and checked before need not pass it again.
    """

    names: tuple[str, ...] = ()
    checked: bool = True

    def name(self, op: int) -> str:
        """The name of an op."""
        return self.names[op] if op < len(self.names) else f"op {op} of the run"


class Image(ABC, Generic[ChipT, JobT, RequestT]):
    """A family says how jobs are linked and how tensors lie; the rest is here.

    Not for several threads at once.
    """

    extra: Mapping[str, int] = {}
    """Bytes of buffers that the family needs besides those of every program."""

    def __init__(
        self, compiled: Compiled[ChipT, JobT], device: Device[RequestT], loading: Loading
    ) -> None:
        self.compiled, self.device, self.loading = compiled, device, loading
        self.sizes = {**compiled.sizes, **self.extra}
        buffers = {name: device.allocate(max(size, 1)) for name, size in self.sizes.items()}
        self.bases = {name: address for name, (address, _) in buffers.items()}
        self.memory = {name: memory for name, (_, memory) in buffers.items()}
        self.memory[CONSTANTS][: compiled.constants.size] = compiled.constants
        requests = self.link()
        self.submission = device.prepare(requests, read_back=(self.bases[COMMANDS],))
        activations = self.memory[ACTIVATIONS]
        self.inputs = [self.view(activations, port) for port in compiled.inputs]
        self.outputs = [self.view(activations, port) for port in compiled.outputs]

    @abstractmethod
    def link(self) -> list[RequestT]:
        """Write the words to the buffer of commands, validate them, and say what to submit."""

    @abstractmethod
    def view(self, memory: Bytes, port: Port) -> Array:
        """Where *port* lies in the buffer of activations, in the NPU's layout, not copied."""

    @abstractmethod
    def pack(self, array: Array, view: Array, port: Port) -> None:
        """Copy an input to where the NPU reads it."""

    @abstractmethod
    def unpack(self, view: Array, port: Port) -> Array:
        """Copy an output from where the NPU wrote it, in the tensor's shape and dtype."""

    @abstractmethod
    def stopped(self, stop: StoppedJobError) -> JobError:
        """The error for a job that failed: which op it computes, and why."""

    def names(self) -> dict[int, str]:
        """The op that the words at an address compute, for traces; empty if none are traced."""
        return {}

    def start(self, inputs: Sequence[Array]) -> None:
        """Convert and queue. Raises `DeviceError`, `JobError` where the op is known."""
        self._convert(inputs)
        try:
            self.submission.start()
        except StoppedJobError as stop:
            raise self.stopped(stop) from stop

    def _convert(self, inputs: Sequence[Array]) -> None:
        """Apart, since a view in the frame of an error would keep the device's memory mapped."""
        for port, array, view in zip(self.compiled.inputs, inputs, self.inputs, strict=True):
            self.pack(array, view, port)

    def wait(self) -> None:
        """Wait, and check what has run. Raises as `start` does."""
        try:
            self.submission.finish()
            self.check()
        except StoppedJobError as stop:
            raise self.stopped(stop) from stop

    def check(self) -> None:
        """Raise `StoppedJobError` if memory says that the jobs have not run as they were meant."""

    def results(self) -> list[Array]:
        """Convert back."""
        pairs = zip(self.outputs, self.compiled.outputs, strict=True)
        return [self.unpack(view, port) for view, port in pairs]

    def unload(self) -> None:
        """Drop the views of the device's memory."""
        self.memory = dict.fromkeys(self.memory, np.zeros(0, np.uint8))
        self.inputs, self.outputs = [], []

    def free(self) -> None:
        """Give the buffers back to a device that stays open."""
        self.unload()
        self.device.free(list(self.bases.values()))


AnyImage = Image[Any, Any, Any]

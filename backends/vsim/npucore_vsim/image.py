# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: jobs linked, constants copied, marks laid out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from npucore.errors import DeviceError
from npucore.tensor import Array
from npucore_vsim.coefs.kernels import ALIGNMENT, Bytes
from npucore_vsim.device import Device
from npucore_vsim.emit.commands import commands
from npucore_vsim.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, Port

SIGN = np.uint8(0x80)  # what turns bytes with a sign into those that the chip sees, and back
MARK_BYTES = 16
MARKS = (0x5A, 0xA5, 0x3C)  # which differ, so that a value equals one of them at most


class Witness(NamedTuple):
    """Bytes of activations that a job writes, and what they are for people."""

    name: str
    offset: int
    size: int


class Image:
    """Not for several threads at once."""

    def __init__(self, compiled: Compiled, device: Device) -> None:
        self._compiled, self._device = compiled, device
        self._witnesses = list(witnesses(compiled))
        sizes = [-(-4 * job.descriptor.length // ALIGNMENT) * ALIGNMENT for job in compiled.jobs]
        buffers = {
            CONSTANTS: device.allocate(max(compiled.constants.nbytes, 1)),
            ACTIVATIONS: device.allocate(max(compiled.activations_bytes, 1)),
            COMMANDS: device.allocate(max(sum(sizes), 1)),
        }
        bases = {name: address for name, (address, _) in buffers.items()}
        buffers[CONSTANTS][1][: compiled.constants.size] = compiled.constants
        at, placed = 0, []
        for job, size in zip(compiled.jobs, sizes, strict=True):
            words = np.array(job.linked(bases).words, "<u4").view(np.uint8)
            buffers[COMMANDS][1][at : at + words.size] = words
            placed.append((job, bases[COMMANDS] + at))
            at += size
        self._words = commands(placed)
        self._memory = buffers[ACTIVATIONS][1]

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Copy in, run all jobs, copy out.

        A fence comes for a job that never ran, too. So there are marks where jobs write, each time
        others: a value that is a mark by accident is not one the next time. Raises `DeviceError`.
        """
        for mark in MARKS:
            self._mark(mark)
            for port, array in zip(self._compiled.inputs, inputs, strict=True):
                _bytes(self._memory, port)[...] = _turned(array, port)
            self._device.submit(self._words)
            if not (unwritten := self._unwritten(mark)):
                return [self._answer(port) for port in self._compiled.outputs]
        raise DeviceError(
            f"the driver says that the jobs have run, but nothing has written {unwritten[0].name}"
        )

    def _mark(self, mark: int) -> None:
        for witness in self._witnesses:
            self._memory[witness.offset :][: witness.size] = mark

    def _unwritten(self, mark: int) -> list[Witness]:
        return [w for w in self._witnesses if (self._memory[w.offset :][: w.size] == mark).all()]

    def _answer(self, port: Port) -> Array:
        data = _bytes(self._memory, port)
        stored = data ^ SIGN if port.dtype == "int8" else data.copy()
        answer: Array = stored.view(port.dtype).reshape(port.shape)
        return answer

    def unload(self) -> None:
        """Drop the view of the device's memory."""
        self._memory = np.zeros(0, np.uint8)


def witnesses(compiled: Compiled) -> Iterator[Witness]:
    """The beginnings of the outputs, and of what the first job writes, where no input lies.

    What the first job writes cannot lie where its input does; outputs may lie where inputs were.
    """
    found = [Witness(p.name, p.offset, min(MARK_BYTES, _size(p))) for p in compiled.outputs]
    for job in compiled.jobs[:1]:
        for name, address in job.addresses.items():
            if name.startswith("out_image") and address.buffer == ACTIVATIONS:
                room = compiled.activations_bytes - address.offset
                found.append(Witness("its output", address.offset, min(MARK_BYTES, room)))
    taken = [(port.offset, port.offset + _size(port)) for port in compiled.inputs]
    for each in found:
        if compiled.jobs and not any(
            each.offset < end and start < each.offset + each.size for start, end in taken
        ):
            yield each


def _size(port: Port) -> int:
    return int(np.prod(port.shape))


def _bytes(memory: Bytes, port: Port) -> Bytes:
    return memory[port.offset : port.offset + _size(port)]


def _turned(array: Array, port: Port) -> Bytes:
    data: Bytes = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    return data ^ SIGN if port.dtype == "int8" else data

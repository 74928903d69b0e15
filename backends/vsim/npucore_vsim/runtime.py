# SPDX-License-Identifier: MIT
"""A compiled graph on a device: buffers filled once, one inference at a time through them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from npucore.backend import Program
from npucore.tensor import Array
from npucore_vsim.coefs.kernels import ALIGNMENT, Bytes
from npucore_vsim.device import Device
from npucore_vsim.emit.commands import commands
from npucore_vsim.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, Port

SIGN = np.uint8(0x80)  # what turns bytes with a sign into those that the chip sees, and back


class VsimProgram(Program):
    """Owns its device. Callers on several threads wait for each other."""

    def __init__(self, compiled: Compiled, device: Device) -> None:
        self._compiled, self._device = compiled, device
        self._lock = threading.Lock()
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
        """Copy in, run all jobs, copy out."""
        with self._lock:
            for port, array in zip(self._compiled.inputs, inputs, strict=True):
                _bytes(self._memory, port)[...] = _turned(array, port)
            self._device.submit(self._words)
            return [self._answer(port) for port in self._compiled.outputs]

    def _answer(self, port: Port) -> Array:
        data = _bytes(self._memory, port)
        stored = data ^ SIGN if port.dtype == "int8" else data.copy()
        answer: Array = stored.view(port.dtype).reshape(port.shape)
        return answer

    def close(self) -> None:
        """Give the device back."""
        self._device.close()


def _bytes(memory: Bytes, port: Port) -> Bytes:
    return memory[port.offset : port.offset + int(np.prod(port.shape))]


def _turned(array: Array, port: Port) -> Bytes:
    data: Bytes = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    return data ^ SIGN if port.dtype == "int8" else data

# SPDX-License-Identifier: MIT
"""A compiled graph on a device: buffers filled once, one inference at a time through them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from npucore.backend import Program
from npucore.tensor import Array
from npucore_rocket.device import Device
from npucore_rocket.layout import ATOM, Int8s, pack_map, unpack_map
from npucore_rocket.link import link
from npucore_rocket.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, Port


class RocketProgram(Program):
    """Owns its device. Callers on several threads wait for each other."""

    def __init__(self, compiled: Compiled, device: Device) -> None:
        self._compiled, self._device = compiled, device
        self._lock = threading.Lock()
        sizes = {
            CONSTANTS: compiled.constants.nbytes,
            ACTIVATIONS: compiled.activations_bytes,
            COMMANDS: compiled.commands_bytes,
        }
        buffers = {name: device.allocate(max(size, 1)) for name, size in sizes.items()}
        bases = {name: address for name, (address, _) in buffers.items()}
        buffers[CONSTANTS][1][: compiled.constants.size] = compiled.constants
        commands = buffers[COMMANDS][1]
        self._jobs = []
        for job in compiled.jobs:
            for task in job:
                words = link(task.code, bases).view(np.uint8)
                commands[task.offset : task.offset + words.size] = words
            self._jobs.append(
                [(bases[COMMANDS] + task.offset, task.code.words.size) for task in job]
            )
        memory = buffers[ACTIVATIONS][1].view(np.int8)
        self._inputs = [_cube(memory, port) for port in compiled.inputs]
        self._outputs = [_cube(memory, port) for port in compiled.outputs]
        for port, cube in zip(compiled.inputs, self._inputs, strict=True):
            cube[...] = port.zero_point

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Convert, run all jobs, convert back."""
        with self._lock:
            for port, array, cube in zip(self._compiled.inputs, inputs, self._inputs, strict=True):
                pack_map(array.reshape(port.map), cube)
            self._device.submit(self._jobs)
            return [
                unpack_map(cube, port.map.channels, np.dtype(port.dtype)).reshape(port.shape)
                for port, cube in zip(self._compiled.outputs, self._outputs, strict=True)
            ]

    def close(self) -> None:
        """Give the device back."""
        self._device.close()


def _cube(memory: Int8s, port: Port) -> Int8s:
    """The bytes of a port, as (C1, H, W, 16)."""
    groups = -(-port.map.channels // ATOM)
    size = groups * port.map.pixels * ATOM
    cube = memory[port.offset : port.offset + size]
    return cube.reshape(groups, port.map.height, port.map.width, ATOM)

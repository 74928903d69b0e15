# SPDX-License-Identifier: MIT
"""A compiled graph on a device: buffers filled once, one inference at a time through them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence

import numpy as np

from npucore.backend import Program
from npucore.tensor import Array
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Bytes, Device
from npucore_rocket.layout import ATOM, Int8s, pack_map, unpack_map
from npucore_rocket.link import link
from npucore_rocket.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, CompiledTask, Port
from npucore_rocket.validate import Buffer, Fetch, validate_job


class RocketProgram(Program):
    """Owns its device. Callers on several threads wait for each other.

    Raises `StreamError` for tasks that must not run.
    """

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
        for task in itertools.chain.from_iterable(compiled.jobs):
            words = link(task.code, bases).view(np.uint8)
            commands[task.offset : task.offset + words.size] = words
        mapped = [Buffer(name, bases[name], sizes[name], name == ACTIVATIONS) for name in sizes]
        self._jobs = []
        for job in compiled.jobs:
            fetches = [_fetch(task, commands, bases[COMMANDS]) for task in job]
            validate_job(fetches, mapped, RK3588)
            self._jobs.append([(fetch.address, fetch.words.size) for fetch in fetches])
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
                unpack_map(cube, port.map.channels, port.dtype).reshape(port.shape)
                for port, cube in zip(self._compiled.outputs, self._outputs, strict=True)
            ]

    def close(self) -> None:
        """Give the device back."""
        self._device.close()


def _fetch(task: CompiledTask, commands: Bytes, base: int) -> Fetch:
    """A task as it lies in memory now, where a later one may have been written over it."""
    data = commands[task.offset : task.offset + task.code.words.nbytes]
    return Fetch(base + task.offset, data.view(np.uint64))


def _cube(memory: Int8s, port: Port) -> Int8s:
    """The bytes of a port, as (C1, H, W, 16)."""
    groups = -(-port.map.channels // ATOM)
    size = groups * port.map.pixels * ATOM
    cube = memory[port.offset : port.offset + size]
    return cube.reshape(groups, port.map.height, port.map.width, ATOM)

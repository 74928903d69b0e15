# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: words linked, constants copied, jobs ready."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from npucore.tensor import Array
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Bytes, Device, Job, StoppedJobError
from npucore_rocket.job_error import JobError
from npucore_rocket.layout import ATOM, Int8s, pack_map, unpack_map
from npucore_rocket.link import link
from npucore_rocket.program import ACTIVATIONS, COMMANDS, CONSTANTS, Compiled, CompiledTask, Port
from npucore_rocket.stream import Words
from npucore_rocket.tasks import destination, without_reuse
from npucore_rocket.validate import Buffer, Fetch, validate_job


@dataclass(frozen=True, slots=True, eq=False)
class Loading:
    """How a program goes onto a device.

    Parameters
    ----------
    joined
        Whether tasks that share weights go as one job; else every task is a job of its own.
    names
        What messages call the ops, by index; others are called by their number.
    checked
        Whether tasks have to pass the validator; only a self-test may try others.
    """

    joined: bool = False
    names: tuple[str, ...] = ()
    checked: bool = True

    def name(self, op: int) -> str:
        """What to call an op."""
        return self.names[op] if op < len(self.names) else f"op {op} of the run"


class Image:
    """Not for several threads at once. Raises `StreamError` for tasks that must not run."""

    def __init__(self, compiled: Compiled, device: Device, loading: Loading) -> None:
        self._compiled, self._loading = compiled, loading
        sizes = {
            CONSTANTS: compiled.constants.nbytes,
            ACTIVATIONS: compiled.activations_bytes,
            COMMANDS: compiled.commands_bytes,
        }
        buffers = {name: device.allocate(max(size, 1)) for name, size in sizes.items()}
        self._bases = {name: address for name, (address, _) in buffers.items()}
        buffers[CONSTANTS][1][: compiled.constants.size] = compiled.constants
        self._device = device
        self._memory = buffers[ACTIVATIONS][1].view(np.int8)
        self._commands = buffers[COMMANDS][1]
        self.jobs = compiled.jobs if loading.joined else _alone(compiled)
        self._write_words()
        self._linked = self._commands.copy()
        fetches = self._validated(sizes)
        self._submission = device.prepare(
            self._requests(fetches), read_back=(self._bases[COMMANDS],)
        )
        self._inputs = [_cube(self._memory, port) for port in compiled.inputs]
        self._outputs = [_cube(self._memory, port) for port in compiled.outputs]
        for port, cube in zip(compiled.inputs, self._inputs, strict=True):
            cube[...] = port.zero_point

    def _write_words(self) -> None:
        for task in itertools.chain.from_iterable(self.jobs):
            words = link(task.code, self._bases)
            words = words if self._loading.joined else without_reuse(words)
            self._commands[task.offset : task.offset + words.nbytes] = words.view(np.uint8)

    def _validated(self, sizes: dict[str, int]) -> list[list[Fetch]]:
        mapped = [Buffer(n, self._bases[n], sizes[n], n == ACTIVATIONS) for n in sizes]
        fetches = []
        for job in self.jobs:
            fetches.append([_fetch(task, self._commands, self._bases[COMMANDS]) for task in job])
            if self._loading.checked:
                validate_job(fetches[-1], mapped, RK3588)
        return fetches

    def _requests(self, fetches: Sequence[Sequence[Fetch]]) -> list[Job]:
        reads = (self._bases[CONSTANTS], self._bases[COMMANDS])
        writes = (self._bases[ACTIVATIONS],)
        return [
            Job(
                tuple((fetch.address, fetch.words.size) for fetch in job),
                reads,
                writes,
                destination(job[-1].words),
            )
            for job in fetches
        ]

    def start(self, inputs: Sequence[Array]) -> None:
        """Convert and queue. Raises `DeviceError`, `JobError` where the op is known."""
        self._convert(inputs)
        try:
            self._submission.start()
        except StoppedJobError as stop:
            raise self._error(stop) from stop

    def _convert(self, inputs: Sequence[Array]) -> None:
        for port, array, cube in zip(self._compiled.inputs, inputs, self._inputs, strict=True):
            pack_map(array.reshape(port.map), cube)

    def wait(self) -> None:
        """Wait, and make sure that nobody changed the words. Raises as `start` does."""
        try:
            self._submission.finish()
            self._check_words()
        except StoppedJobError as stop:
            raise self._error(stop) from stop

    def names(self) -> dict[int, str]:
        """What the words at an address compute."""
        base = self._bases[COMMANDS]
        tasks = itertools.chain.from_iterable(self.jobs)
        return {base + task.offset: self._loading.name(task.op) for task in tasks}

    def results(self) -> list[Array]:
        """Convert back."""
        return [
            unpack_map(cube, port.map.channels, port.dtype).reshape(port.shape)
            for port, cube in zip(self._compiled.outputs, self._outputs, strict=True)
        ]

    def unload(self) -> None:
        """Drop the views of the device's memory."""
        self._memory, self._commands = np.zeros(0, np.int8), np.zeros(0, np.uint8)
        self._inputs, self._outputs = [], []

    def free(self) -> None:
        """Give the buffers back to a device that stays open."""
        self.unload()
        self._device.free(list(self._bases.values()))

    def _check_words(self) -> None:
        """Words that changed in memory have run as nobody knows what."""
        if self._commands.tobytes() == self._linked.tobytes():
            return
        first = int(np.flatnonzero(self._commands != self._linked)[0])
        for number, job in enumerate(self.jobs):
            for task in job:
                if task.offset <= first < task.offset + task.code.words.nbytes:
                    place = (first - task.offset) // 8
                    raise StoppedJobError(
                        number, f"has a word that changed in memory, number {place}"
                    )

    def _error(self, stop: StoppedJobError) -> JobError:
        job = self.jobs[stop.number]
        words = [link(task.code, self._bases) for task in job]
        op = self._loading.name(job[0].op)
        return JobError(op, stop.number, len(self.jobs), stop.why, words)


def _alone(compiled: Compiled) -> tuple[tuple[CompiledTask, ...], ...]:
    return tuple((task,) for job in compiled.jobs for task in job)


def _fetch(task: CompiledTask, commands: Bytes, base: int) -> Fetch:
    """A task as it lies in memory now, where a later one may have been written over it."""
    data = commands[task.offset : task.offset + task.code.words.nbytes]
    words: Words = data.view(np.uint64)
    return Fetch(base + task.offset, words)


def _cube(memory: Int8s, port: Port) -> Int8s:
    """The bytes of a port, as (C1, H, W, 16)."""
    groups = -(-port.map.channels // ATOM)
    size = groups * port.map.pixels * ATOM
    cube = memory[port.offset : port.offset + size]
    return cube.reshape(groups, port.map.height, port.map.width, ATOM)

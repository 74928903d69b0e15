# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: words linked, maps as cubes, jobs ready."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from npucore.family.code import ACTIVATIONS, COMMANDS, CONSTANTS, Bytes, Port
from npucore.family.device import Device, StoppedJobError
from npucore.family.image import Image, Loading
from npucore.tensor import Array
from npucore_rocket import ports
from npucore_rocket.chip import Chip
from npucore_rocket.device import Job
from npucore_rocket.disasm import WORD_BYTES
from npucore_rocket.form import Tasks
from npucore_rocket.job_error import RocketJobError
from npucore_rocket.jobs import jobs
from npucore_rocket.layout import unpack
from npucore_rocket.link import link
from npucore_rocket.program import CompiledJob, CompiledTask, RocketCompiled
from npucore_rocket.quantize import zero_point
from npucore_rocket.stream import Words
from npucore_rocket.tasks import destination, without_reuse
from npucore_rocket.validate import Buffer, Fetch, validate_job


class RocketImage(Image[Chip, CompiledJob, Job]):
    """Raises `StreamError` for tasks that must not run."""

    def __init__(
        self,
        compiled: RocketCompiled,
        device: Device[Job],
        loading: Loading,
        tasks: Tasks = Tasks.BATCHED,
    ) -> None:
        self.jobs, self._kept = jobs(compiled, tasks), tasks is Tasks.JOINED
        super().__init__(compiled, device, loading)
        for port, cube in zip(compiled.inputs, self.inputs, strict=True):
            cube[...] = zero_point(port.tensor)

    def link(self) -> list[Job]:
        """Words as they lie in memory, where a later task may have been written over one."""
        commands, base = self.memory[COMMANDS], self.bases[COMMANDS]
        for task in itertools.chain.from_iterable(self.jobs):
            words = link(task.code, self.bases)
            words = words if self._kept else without_reuse(words)
            commands[task.offset : task.offset + words.nbytes] = words.view(np.uint8)
        self._linked = commands.copy()
        fetches = [[_fetch(task, commands, base) for task in job] for job in self.jobs]
        if self.loading.checked:
            mapped = [Buffer(n, self.bases[n], self.sizes[n], n == ACTIVATIONS) for n in self.sizes]
            for job in fetches:
                validate_job(job, mapped, self.compiled.chip)
        return [self._request(job) for job in fetches]

    def _request(self, job: Sequence[Fetch]) -> Job:
        tasks = tuple((fetch.address, fetch.words.size) for fetch in job)
        reads = (self.bases[CONSTANTS], self.bases[COMMANDS])
        return Job(tasks, reads, (self.bases[ACTIVATIONS],), destination(job[-1].words))

    def view(self, memory: Bytes, port: Port) -> Array:
        """A cube, or matrices that lie as weights."""
        return ports.view(memory, port, self.compiled.chip)

    def pack(self, array: Array, view: Array, port: Port) -> None:
        """Raises `InputError` for what fp16 has not."""
        ports.pack(array, view, port, self.compiled.chip)

    def unpack(self, view: Array, port: Port) -> Array:
        """Surfaces of atoms -> pixels of channels."""
        return unpack(view, port.shape[-1], port.dtype).reshape(port.shape)

    def names(self) -> dict[int, str]:
        """The op that the words at an address compute."""
        base = self.bases[COMMANDS]
        tasks = itertools.chain.from_iterable(self.jobs)
        return {base + task.offset: self.loading.name(task.op) for task in tasks}

    def check(self) -> None:
        """Words that changed in memory have run as nobody knows what."""
        commands = self.memory[COMMANDS]
        if commands.tobytes() == self._linked.tobytes():
            return
        first = int(np.flatnonzero(commands != self._linked)[0])
        for number, job in enumerate(self.jobs):
            for task in job:
                if task.offset <= first < task.offset + task.code.words.nbytes:
                    place = (first - task.offset) // WORD_BYTES
                    why = f"has a word that changed in memory, number {place}"
                    raise StoppedJobError(number, why)

    def stopped(self, stop: StoppedJobError) -> RocketJobError:
        """With the words that the job was to run."""
        job = self.jobs[stop.number]
        words = [link(task.code, self.bases) for task in job]
        first, last = (self.loading.name(task.op) for task in (job[0], job[-1]))
        op = first if job[0].op == job[-1].op else f"{first} to {last}"
        return RocketJobError(op, stop.number, len(self.jobs), stop.why, words)


def _fetch(task: CompiledTask, commands: Bytes, base: int) -> Fetch:
    data = commands[task.offset : task.offset + task.code.words.nbytes]
    words: Words = data.view(np.uint64)
    return Fetch(base + task.offset, words)

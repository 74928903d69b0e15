# SPDX-License-Identifier: MIT
"""One graph on one fresh device, perhaps with words that the compiler would never emit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from npucore.family.code import Bytes
from npucore.family.device import Device
from npucore.family.image import Loading
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore.hw.registers import Register
from npucore_rocket import stream
from npucore_rocket.device import Job
from npucore_rocket.device import simulated as simulated_device
from npucore_rocket.drm.device import DrmDevice
from npucore_rocket.form import Tasks
from npucore_rocket.image import RocketImage
from npucore_rocket.link import Code
from npucore_rocket.program import RocketCompiled
from npucore_rocket.selftest.graphs import samples
from npucore_rocket.sim import Options, Rounding
from npucore_rocket.stream import OFFSET_BITS, OFFSET_MASK, Words

Change = Callable[[Words], Words]


def same(words: Words) -> Words:
    """No change."""
    return words


def setting(*registers: Register) -> Change:
    """Words that write these values instead of theirs."""

    def change(words: Words) -> Words:
        changed = words.copy()
        for register in registers:
            changed[changed & OFFSET_MASK == register.offset] = stream.write(register)
        return changed

    return change


def adding(register: Register) -> Change:
    """Words with the bits of *register* set in what they write there."""

    def change(words: Words) -> Words:
        place = words & np.uint64(OFFSET_MASK) == register.offset
        return np.where(place, words | np.uint64(register.word << OFFSET_BITS), words)

    return change


def outputs(
    compiled: RocketCompiled,
    graph: Graph,
    device: Device[Job],
    change: Change = same,
    tasks: Tasks = Tasks.ONE,
) -> bytes:
    """Run once; all outputs. The device is closed. Raises `DeviceError`."""
    try:
        image = RocketImage(_changed(compiled, change), device, Loading(checked=False), tasks)
        image.start(samples(graph))
        image.wait()
        found = b"".join(array.tobytes() for array in image.results())
        image.unload()
        return found
    finally:
        device.close()


def simulated(
    compiled: RocketCompiled,
    graph: Graph,
    change: Change = same,
    rounding: Rounding = Rounding.HALF_EVEN,
    tasks: Tasks = Tasks.ONE,
) -> bytes:
    """What the simulator makes of it."""
    return outputs(
        compiled, graph, simulated_device(compiled.chip, Options(rounding)), change, tasks
    )


def _changed(compiled: RocketCompiled, change: Change) -> RocketCompiled:
    if change is same:
        return compiled
    jobs = tuple(
        tuple(
            replace(task, code=Code(change(task.code.words), task.code.relocations)) for task in job
        )
        for job in compiled.jobs
    )
    return replace(compiled, jobs=jobs)


class AtZero(DrmDevice):
    """The third buffer that an image asks for, which holds its words, is the file's first."""

    def __init__(self, kernel: Kernel, path: str) -> None:
        self._asked = 0
        super().__init__(kernel, path)

    def _guard(self) -> None:
        bo = self.file.create(1 << 16)
        self._bos[bo.address] = bo
        self._first = bo

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """As `DrmDevice`, but for the third."""
        self._asked += 1
        if self._asked == 3:
            return self._first.address, self._first.data
        return super().allocate(size_bytes)

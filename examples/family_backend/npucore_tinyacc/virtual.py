# SPDX-License-Identifier: MIT
"""A kernel with the driver and one NPU, call by call, over the simulator.

What is no driver's, it has from `npucore.family.virtual`: descriptors, handles, mappings, faults.
"""

from __future__ import annotations

import ctypes as c
import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from npucore.contract.timeline import Span
from npucore.family.virtual import CountedMapping, Handles, OneNodeKernel, refusal
from npucore.hw import drm
from npucore.hw.faults import Faults
from npucore.hw.memory import PAGE_BYTES, SPACE_BYTES, Bytes, SimulationError
from npucore.hw.system import COMPATIBLE, RELEASE
from npucore_tinyacc import uapi
from npucore_tinyacc.chip import CLOCK, Chip
from npucore_tinyacc.cost import work
from npucore_tinyacc.sim import FETCH, Core
from npucore_tinyacc.stream import WRITE_BYTES, Run

NAME = "accel0"
CALL_NS, TASK_NS, HANG_NS = 1_000, 5_000, 500_000_000  # guesses
HANG, VANISHED = "the NPU hangs", "the device vanishes"  # effects of faults, besides numbers
TASK = "task"  # a point for faults, as the names of calls are


@dataclass(frozen=True, slots=True, eq=False)
class Bo:
    """A buffer, which the CPU and the NPU see alike."""

    handle: int
    address: int
    mapping: CountedMapping

    @property
    def offset(self) -> int:
        """For mmap."""
        return self.address

    @property
    def memory(self) -> Bytes:
        """Its bytes."""
        return np.frombuffer(self.mapping, np.uint8)


class Space(Handles[Bo]):
    """One file's buffers, one behind the other, none at address 0."""

    def __init__(self) -> None:
        super().__init__()
        self._end = PAGE_BYTES

    def create(self, size: int) -> Bo:
        """In whole pages."""
        pages = -(-size // PAGE_BYTES) * PAGE_BYTES
        if not 0 < pages <= SPACE_BYTES - self._end:
            raise refusal(errno.EINVAL if not size else errno.ENOSPC)
        bo = self.add(Bo(self.next_handle, self._end, CountedMapping(-1, pages)))
        self.npu.map(bo.address, bo.memory)
        self._end += pages + PAGE_BYTES
        return bo

    def unmap(self, bo: Bo) -> None:
        """The memory lives as long as anybody sees it."""
        self.npu.unmap(bo.address)


@dataclass(slots=True, eq=False)
class VirtualFile:
    """A descriptor, and of each fence when it comes and how many tasks have ended then."""

    space: Space = field(default_factory=Space)
    fences: list[tuple[int, int]] = field(default_factory=list)
    alive: bool = True


class VirtualKernel(OneNodeKernel[VirtualFile]):
    """Tasks run when they are queued, and end when the model says that they do."""

    node = f"/dev/accel/{NAME}"
    points = {name: name for name in ("open", "mmap")}  # noqa: RUF012  as declared

    def __init__(self, chip: Chip, clock: float = CLOCK) -> None:
        super().__init__(Faults[str, int | str](), VANISHED, serial=True)
        self.chip, self.clock, self.now = chip, clock, 0
        self._free_at = [0] * chip.cores
        self._spans: list[Span] = []

    def request(self, fd: int, number: int, argument: c.Structure) -> None:
        """One call, which takes its time."""
        calls = {
            drm.VERSION: self.version, drm.GEM_CLOSE: self.gem_close, uapi.NEW: self.new,
            uapi.SUBMIT: self.submit, uapi.WAIT: self.wait,
        }  # fmt: skip
        file = self.file(fd)
        if number not in calls:
            raise refusal(errno.ENOTTY, "no such request")
        self.reach(calls[number].__name__)
        self.now += CALL_NS
        calls[number](file, argument)  # type: ignore[operator]  # each takes its own struct

    def version(self, file: VirtualFile, asked: drm.Version) -> None:
        name = uapi.DRIVER.encode()
        c.memmove(asked.name, name, min(len(name), asked.name_len))
        asked.name_len, asked.version_major = len(name), 1

    def gem_close(self, file: VirtualFile, asked: drm.GemClose) -> None:
        file.space.close(asked.handle)

    def new(self, file: VirtualFile, asked: uapi.New) -> None:
        bo = file.space.create(asked.size)
        asked.handle, asked.address, asked.offset = bo.handle, bo.address, bo.offset

    def submit(self, file: VirtualFile, asked: uapi.Submit) -> None:
        if not asked.tasks or not asked.count:
            raise refusal(errno.EINVAL, "no tasks")
        number = self._free_at.index(min(self._free_at))
        core, at, ended = Core(self.chip, file.space.npu), max(self.now, self._free_at[number]), 0
        for task in (uapi.Task * asked.count).from_address(asked.tasks):
            run = Run(task.address, task.writes)
            took = self._run(core, run)
            facts = {"words": run.address}
            self._spans.append(Span(f"core {number}", "task", at, at + abs(took), facts))
            at += abs(took)
            if took < 0:
                break
            ended += 1
        self._free_at[number] = at
        file.fences.append((at, ended))
        asked.fence = len(file.fences) - 1

    def _run(self, core: Core, run: Run) -> int:
        """Run a task; what it takes, below 0 for one that was stopped."""
        try:
            if self.faults.at(TASK) == HANG:
                raise SimulationError(HANG)
            core.run(run)
        except SimulationError:
            return -HANG_NS
        data = core.memory.window(FETCH, run.address, run.writes * WRITE_BYTES)
        words = data.view("<u4").reshape(-1, 2)
        return TASK_NS + round(work(words).seconds(self.clock) * 1e9)

    def wait(self, file: VirtualFile, asked: uapi.Wait) -> None:
        if asked.fence >= len(file.fences):
            raise refusal(errno.EINVAL, f"no fence {asked.fence}")
        end, ended = file.fences[asked.fence]
        self.now = max(self.now, min(end, asked.timeout_ns))
        if end > asked.timeout_ns:
            raise refusal(errno.ETIMEDOUT)
        asked.ended = ended

    def take_spans(self) -> list[Span]:
        """The tasks that ran on each core since the last call, for traces."""
        with self.serial:
            taken, self._spans = self._spans, []
        return taken

    def opened(self) -> VirtualFile:
        """With an address space of its own."""
        return VirtualFile()

    def mapped(self, file: VirtualFile, size_bytes: int, offset: int) -> CountedMapping:
        """The NPU's own memory."""
        return file.space.at(offset).mapping

    def closing(self, file: VirtualFile) -> None:
        """Its tasks have run."""
        file.space.clear()

    def time_of(self, file: VirtualFile) -> int:
        """Everybody's."""
        return self.now

    def listings(self) -> Mapping[str, Sequence[str]]:
        """The node."""
        return {"/dev/accel": (NAME,)}

    def small_files(self) -> Mapping[str, str]:
        """Names of the node, the kernel and the board."""
        event = f"DRIVER={uapi.DRIVER}\nOF_COMPATIBLE_0={self.chip.compatible}\n"
        return {
            f"/sys/class/accel/{NAME}/device/uevent": event,
            RELEASE: "virtual\n",
            COMPATIBLE: f"example,board\0{self.chip.compatible}\0",
        }

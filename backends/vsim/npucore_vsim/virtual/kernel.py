# SPDX-License-Identifier: MIT
"""A kernel with one render node: a GPU at pipe 0, an NPU at pipe 1.

It refuses what the driver would refuse: unknown handles, buffers that overlap, addresses below the
softpin start, streams of odd length.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from collections.abc import Callable

import numpy as np

from npucore.hw.memory import Memory, SimulationError
from npucore_vsim import uapi
from npucore_vsim.chip import Chip
from npucore_vsim.sim.device import Device
from npucore_vsim.sim.nn import Cores

NODE = "/dev/dri/renderD128"
SOFTPIN_START = 0x400000
NPU_PIPE = 1
OFFSET_STEP = 1 << 32  # of mmap, from handle to handle
TICK_NS = 1000
GPU = {uapi.MODEL: 0x7000, uapi.REVISION: 0x6214}


class VirtualKernel:
    """Implements `npucore.hw.ioctl.Kernel`. *driver* is what the node says it is."""

    def __init__(self, chip: Chip, driver: str = uapi.DRIVER) -> None:
        self.chip, self.driver = chip, driver
        self.open_files: set[int] = set()
        self.handles: dict[int, mmap.mmap] = {}
        self.submits = 0
        self._made = 0
        self._now = 0
        self._calls: dict[int, Callable[..., None]] = {
            uapi.VERSION: self._version,
            uapi.GET_PARAM: self._param,
            uapi.GEM_NEW: self._new,
            uapi.GEM_INFO: self._info,
            uapi.GEM_CPU_PREP: self._known_handle,
            uapi.GEM_CPU_FINI: self._known_handle,
            uapi.GEM_CLOSE: self._close_handle,
            uapi.GEM_SUBMIT: self._submit,
            uapi.WAIT_FENCE: self._wait,
        }

    def open(self, path: str) -> int:
        if path != NODE:
            raise _error(errno.ENOENT)
        self._made += 1
        self.open_files.add(self._made)
        return self._made

    def close(self, fd: int) -> None:
        self._check(fd)
        self.open_files.remove(fd)

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        self._check(fd)
        if number not in self._calls:
            raise _error(errno.ENOTTY)
        self._calls[number](argument)

    def mmap(self, fd: int, size_bytes: int, offset: int) -> mmap.mmap:
        self._check(fd)
        found = self.handles.get(offset // OFFSET_STEP)
        if found is None or size_bytes > len(found):
            raise _error(errno.EINVAL)
        return found

    def listdir(self, path: str) -> list[str]:
        return [os.path.basename(NODE)] if path == os.path.dirname(NODE) else []

    def read_text(self, path: str) -> str:
        raise _error(errno.ENOENT)

    def clock_ns(self, fd: int) -> int:
        self._now += TICK_NS
        return self._now

    def _check(self, fd: int) -> None:
        if fd not in self.open_files:
            raise _error(errno.EBADF)

    def _version(self, asked: uapi.Version) -> None:
        name = self.driver.encode()
        ctypes.memmove(asked.name, name, min(len(name), asked.name_size))
        asked.name_size = len(name)

    def _param(self, asked: uapi.Param) -> None:
        if asked.pipe > NPU_PIPE:
            raise _error(errno.ENXIO)
        chip = self.chip
        npu = {
            uapi.MODEL: chip.model,
            uapi.REVISION: chip.revision,
            uapi.PRODUCT_ID: chip.product_id,
            uapi.ECO_ID: chip.eco_id,
            uapi.CUSTOMER_ID: chip.customer_id,
            uapi.SOFTPIN_START: SOFTPIN_START,
        }
        asked.value = (npu if asked.pipe == NPU_PIPE else GPU).get(asked.param, 0)

    def _new(self, asked: uapi.GemNew) -> None:
        if not asked.size:
            raise _error(errno.EINVAL)
        self._made += 1
        asked.handle = self._made
        self.handles[asked.handle] = mmap.mmap(-1, asked.size)

    def _info(self, asked: uapi.GemInfo) -> None:
        self._known_handle(asked)
        asked.offset = asked.handle * OFFSET_STEP

    def _known_handle(self, asked: uapi.GemInfo | uapi.GemCpuPrep | uapi.GemCpuFini) -> None:
        if asked.handle not in self.handles:
            raise _error(errno.ENOENT)

    def _close_handle(self, asked: uapi.GemClose) -> None:
        if self.handles.pop(asked.handle, None) is None:
            raise _error(errno.EINVAL)

    def _submit(self, asked: uapi.GemSubmit) -> None:
        if asked.pipe != NPU_PIPE or asked.stream_size % 8 or not asked.flags & uapi.SOFTPIN:
            raise _error(errno.EINVAL)
        memory = Memory()
        bos = (uapi.SubmitBo * asked.nr_bos).from_address(asked.bos)
        for bo in bos:
            if bo.handle not in self.handles or bo.presumed < SOFTPIN_START:
                raise _error(errno.EINVAL)
            try:
                memory.map(bo.presumed, np.frombuffer(self.handles[bo.handle], np.uint8))
            except ValueError as error:
                raise _error(errno.ENOSPC) from error
        words = np.frombuffer(ctypes.string_at(asked.stream, asked.stream_size), "<u4").tolist()
        cores = Cores(self.chip.generation, self.chip.cores)
        try:
            Device(cores, memory).run(words)
        except SimulationError as error:
            raise _error(errno.EIO) from error
        self.submits += 1
        asked.fence = self.submits

    def _wait(self, asked: uapi.WaitFence) -> None:
        if asked.pipe != NPU_PIPE or not 0 < asked.fence <= self.submits:
            raise _error(errno.EINVAL)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))

# SPDX-License-Identifier: MIT
"""An NVDLA on a board as a device: one for all programs of a process, which take turns."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from npucore.errors import DeviceError
from npucore.family.code import Bytes
from npucore.hw.ioctl import Linux
from npucore.hw.uio import UioKernel
from npucore_nvdla.chip import CHIPS, Chip
from npucore_nvdla.registers import pdp, sdp
from npucore_nvdla.stream import WRITE_BYTES, Run, Words, enabled
from npucore_nvdla.uio.host import Host, identify
from npucore_nvdla.uio.memory import Buffer, Pages
from npucore_nvdla.uio.open_node import OpenNode

TARGETS = (sdp.D_DST_BASE_ADDR_LOW.offset, pdp.D_DST_BASE_ADDR_LOW.offset)
_LOCK = threading.Lock()
_SHARED: dict[tuple[int, str], SharedNvdla] = {}


class SharedNvdla:
    """The NPU of a node, while any program of this process has it."""

    def __init__(self, kernel: UioKernel, path: str, chip: Chip) -> None:
        self.node, self.users, self.turn = OpenNode(kernel, path), 0, threading.Lock()
        try:
            identify(self.node, CHIPS.values(), chip)
            self.host = Host(self.node)
            self.pages = Pages(*self.node.memory())
        except BaseException:
            self.node.close()
            raise

    def close(self) -> None:
        """Give everything back when nothing runs any more."""
        try:
            self.host.drain()
        except Exception:  # it is gone, or hangs: there is nothing to wait for
            return
        finally:
            self.pages.close()
            self.node.close()


class UioDevice:
    """Implements `npucore.family.device.Device`. Raises `DeviceError` for all that goes wrong."""

    def __init__(self, kernel: UioKernel, path: str, chip: Chip) -> None:
        self._key = (0 if isinstance(kernel, Linux) else id(kernel), path)
        with _LOCK:
            found = _SHARED.get(self._key)
            if found is None:
                found = _SHARED[self._key] = SharedNvdla(kernel, path, chip)
            found.users += 1
        self._shared: SharedNvdla | None = found
        self._buffers: dict[int, Buffer] = {}

    @property
    def shared(self) -> SharedNvdla:
        """The NPU. Raises `DeviceError` once the device is closed."""
        if self._shared is None:
            raise DeviceError("the device is closed")
        return self._shared

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """A copy of whole pages, which are moved when jobs run."""
        shared = self.shared
        with shared.turn:
            buffer = shared.pages.take(size_bytes)
        self._buffers[buffer.address] = buffer
        return buffer.address, buffer.copy

    def prepare(self, jobs: Sequence[Run], read_back: Sequence[int] = ()) -> UioSubmission:
        """Read the tasks' words, and hand over everything."""
        words = [self._words(job) for job in jobs]
        with self.shared.turn:
            for buffer in self._buffers.values():
                self.shared.pages.hand_over(buffer)
        targets = {value for each in words for offset, value in each.tolist() if offset in TARGETS}
        moved = [b for b in self._buffers.values() if any(map(b.holds, targets))]
        return UioSubmission(self, words, moved)

    def _words(self, run: Run) -> Words:
        for buffer in self._buffers.values():
            if buffer.holds(run.address):
                data = buffer.copy[run.address - buffer.address :][: run.writes * WRITE_BYTES]
                words: Words = np.frombuffer(data.tobytes(), "<u4").reshape(-1, 2)
                if len(words) == run.writes and enabled(words):
                    return words
        raise DeviceError(f"no task is at {run.address:#x}")

    def free(self, addresses: Sequence[int]) -> None:
        """Give pages back; the tasks that use them have ended."""
        shared = self.shared
        with shared.turn:
            shared.host.drain()
            for address in addresses:
                shared.pages.give_back(self._buffers.pop(address))

    def clock_ns(self) -> int:
        """The kernel's clock."""
        return self.shared.node.clock_ns()

    def close(self) -> None:
        """Give everything back; the last one closes the node. Safe to call twice."""
        shared, self._shared = self._shared, None
        if shared is None:
            return
        with _LOCK:
            shared.users -= 1
            if not shared.users:
                _SHARED.pop(self._key, None)
                shared.close()
                self._buffers.clear()
                return
        with shared.turn:
            for buffer in self._buffers.values():
                shared.pages.give_back(buffer)
        self._buffers.clear()


class UioSubmission:
    """Tasks that the host runs, one after the other, when they are waited for.

    *moved* are the buffers that they write, in which inputs lie, too.
    """

    def __init__(self, device: UioDevice, tasks: Sequence[Words], moved: Sequence[Buffer]) -> None:
        self._device, self._tasks, self._moved = device, tuple(tasks), tuple(moved)

    def start(self) -> None:
        """Nothing to do yet: there is no queue but the host's."""

    def finish(self) -> None:
        """Run them. Raises `StoppedJobError` for one that does not end."""
        shared = self._device.shared
        with shared.turn:
            shared.host.drain()
            for buffer in self._moved:
                shared.pages.hand_over(buffer)
            for number, words in enumerate(self._tasks):
                shared.host.run(number, words)
            for buffer in self._moved:
                shared.pages.read_back(buffer)

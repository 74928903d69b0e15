# SPDX-License-Identifier: MIT
"""One open file as a `Device`: jobs on whichever core the kernel picks, failures noticed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from npucore.errors import DeviceError
from npucore.family.code import Bytes
from npucore.family.device import StoppedJobError
from npucore.hw.ioctl import Kernel
from npucore.hw.memory import PAGE_BYTES
from npucore_rocket import uapi
from npucore_rocket.device import Job
from npucore_rocket.drm.file import Bo, OpenFile
from npucore_rocket.drm.jobs import Ends, Requests, ends_of
from npucore_rocket.layout import ceil_to

LOOK_NS = 50_000_000  # how often a wait looks how far the jobs are
HANG_NS = 350_000_000  # a job that is the first busy one for so long is stopped soon, at 500 ms
HANGS = (
    f"has not ended in {HANG_NS // 1_000_000} ms: it hangs, or another process keeps the NPU busy"
)
ATTEMPTS = 3
MARK = np.frombuffer(bytes.fromhex("5a7f80a501fe3cc39969d22d4bb41ee1"), np.uint8)
"""Sixteen values that no output has by accident."""
DRAIN_NS = 2_000_000_000  # within which the driver has reset a core


class DrmDevice:
    """An open file of the rocket driver. One file keeps one core busy.

    *ends* is how the driver is told what ends tasks; None is as its version wants it. Raises
    `DeviceError` for what the kernel refuses.
    """

    def __init__(self, kernel: Kernel, path: str, ends: Ends | None = None) -> None:
        self.file = OpenFile(kernel, path)
        self._ends = ends or ends_of(self.file.version)
        self._bos: dict[int, Bo] = {}
        self._pages: list[int] = []  # handles
        self._last: int | None = None  # the page of the last job that may still run
        try:
            self._guard()
        except BaseException:
            self.close()
            raise

    def _guard(self) -> None:
        """Keep address 0 unused: words there hang a sibling chip, and the first buffer gets it."""
        self.file.create(PAGE_BYTES, mapped=False)

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Whole pages, wherever the kernel puts them."""
        bo = self.file.create(ceil_to(size_bytes, PAGE_BYTES))
        self._bos[bo.address] = bo
        return bo.address, bo.data

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> DrmSubmission:
        """Make the request, with a page for each job; raises `DeviceError` for a job gone wrong."""
        missing = len(jobs) - len(self._pages)
        self._pages += [self.file.create(PAGE_BYTES, mapped=False).handle for _ in range(missing)]
        requests = Requests(jobs, self._bos, self._pages[: len(jobs)], self._ends)
        for bo in self._bos.values():
            self.file.hand_over(bo.handle)
        read = [self._bos[address].handle for address in read_back]
        return DrmSubmission(self, jobs, requests, read)

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back; jobs that use them have ended."""
        self.drain()
        for address in addresses:
            self.file.release(self._bos.pop(address))

    def written(self, jobs: Sequence[Job]) -> list[int]:
        """Handles of the buffers that *jobs* write."""
        places = dict.fromkeys(itertools.chain.from_iterable(job.writes for job in jobs))
        return [self._bos[address].handle for address in places]

    def pages(self, count: int) -> list[int]:
        """One for each job, whose fence is the job's; the jobs before have ended."""
        self.drain()
        return self._pages[:count]

    def submit(self, request: uapi.Submit, page: int) -> None:
        """Queue one job."""
        self._last = page
        self.file.submit(request)

    def view(self, address: int, size_bytes: int) -> Bytes:
        """Some bytes of a buffer, as the CPU sees them."""
        for start, bo in self._bos.items():
            if start <= address < start + bo.data.size:
                return bo.data[address - start :][:size_bytes]
        raise DeviceError(f"no buffer is at {address:#x}")

    def done(self) -> None:
        """All jobs have ended."""
        self._last = None

    def drain(self) -> None:
        """Wait for jobs that nobody waited for, as after an interrupt from the keyboard."""
        if self._last is not None:
            self.file.wait(self._last, self.clock_ns() + DRAIN_NS)
            self._last = None

    def clock_ns(self) -> int:
        """The kernel's clock for deadlines."""
        return self.file.clock_ns()

    def close(self) -> None:
        """Let running jobs end, then give everything back. Safe to call twice."""
        try:
            self.drain()
        except Exception:  # the device is gone or broken: there is nothing to wait for
            self._last = None
        finally:
            self._bos.clear()  # with the views that would keep memory mapped
            self.file.close()


class DrmSubmission:
    """Jobs that were made ready once."""

    def __init__(
        self, device: DrmDevice, jobs: Sequence[Job], requests: Requests, read_back: Sequence[int]
    ) -> None:
        self._device, self._file, self._requests = device, device.file, requests
        self._witnesses = [job.witness for job in jobs]
        self._written = device.written(jobs)
        self._read = [*self._written, *read_back]
        self._pages: list[int] = []

    def start(self) -> None:
        """Queue all jobs, and make sure that the driver, which drops jobs in silence, took each.

        A job that is busy was taken; one that is not was dropped or has ended already, which its
        output tells. Raises `StoppedJobError`.
        """
        self._pages = self._device.pages(len(self._requests.every))
        self._hand_over()
        for number, request in enumerate(self._requests.every):
            self._device.submit(request, self._pages[number])
            if self._file.wait(self._pages[number]):
                self._run_marked(number)

    def try_once(self, patience_ns: int) -> None:
        """Queue all jobs and wait, without a look at whether they were taken."""
        self._hand_over()
        pages = self._device.pages(len(self._requests.every))
        for request, page in zip(self._requests.every, pages, strict=True):
            self._device.submit(request, page)
            self._file.wait(page, self._device.clock_ns() + patience_ns)
        self._device.done()
        self._see(self._written)

    def _hand_over(self) -> None:
        for handle in self._written:
            self._file.hand_over(handle)

    def _run_marked(self, number: int) -> None:
        """Run a job, perhaps again, on a marked output; that changes nothing else.

        No job writes what it reads, and the jobs before have ended.
        """
        witness, page = self._witnesses[number], self._pages[number]
        if witness is None:
            return
        self._see(self._written)
        self._device.view(witness, len(MARK))[:] = MARK
        self._hand_over()
        self._device.submit(self._requests.every[number], page)
        if not self._file.wait(page, self._device.clock_ns() + HANG_NS):
            raise StoppedJobError(number, HANGS)
        self._see(self._written)
        if (self._device.view(witness, len(MARK)) == MARK).all():
            raise StoppedJobError(number, "was dropped by the driver, which does not say why")

    def _see(self, handles: Sequence[int]) -> None:
        """Let the CPU see what the NPU wrote; waits for jobs before, if any still run."""
        for handle in handles:
            if not self._file.wait(handle, self._device.clock_ns() + DRAIN_NS):
                raise StoppedJobError(0, HANGS)

    def finish(self) -> None:
        """Wait; `StoppedJobError` for a job that does not end.

        If this thread slept for so long that a job could have been stopped meanwhile, all of them
        go again.
        """
        for _ in range(ATTEMPTS):
            if self._ended_in_sight():
                break
            self.start()
        else:
            raise StoppedJobError(0, "cannot be watched: this process gets no time to run")
        self._device.done()
        self._see(self._read)

    def _ended_in_sight(self) -> bool:
        """Look how far the jobs are until all have ended; False if nobody looked for too long."""
        first, since, looked = -1, 0, self._device.clock_ns()
        while self._pages:
            ended = self._file.wait(self._pages[-1], self._device.clock_ns() + LOOK_NS)
            now = self._device.clock_ns()
            if ended:
                return now - looked < HANG_NS
            looked = now
            busy = next((n for n, page in enumerate(self._pages) if not self._file.wait(page)), -1)
            if busy != first:
                first, since = busy, now
            elif now - since >= HANG_NS:
                raise StoppedJobError(first, HANGS)
        return True

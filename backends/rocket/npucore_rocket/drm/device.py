# SPDX-License-Identifier: MIT
"""One open file as a `Device`: jobs on whichever core the kernel picks, failures noticed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from npucore.hw.ioctl import Kernel
from npucore_rocket.chip import RK3588
from npucore_rocket.device import Bytes, Job, StoppedJobError
from npucore_rocket.drm.file import Bo, OpenFile
from npucore_rocket.drm.jobs import Request
from npucore_rocket.layout import ceil_to

LOOK_NS = 50_000_000  # how often a wait looks how far the jobs are
HANG_NS = 350_000_000  # a job that is the first busy one for so long is stopped soon, at 500 ms
DRAIN_NS = 2_000_000_000  # within which the driver has reset a core


class DrmDevice:
    """An open file of the rocket driver. One file keeps one core busy.

    Raises `DeviceError` for what the kernel refuses.
    """

    def __init__(self, kernel: Kernel, path: str) -> None:
        self.file = OpenFile(kernel, path)
        self._bos: dict[int, Bo] = {}
        self._pages: list[Bo] = []
        self._last: Bo | None = None  # the page of the last job that may still run
        try:
            self._guard()
        except BaseException:
            self.close()
            raise

    def _guard(self) -> None:
        """Keep address 0 unused: words there hang a sibling chip, and the first buffer gets it."""
        self.file.create(RK3588.page_bytes, mapped=False)

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Whole pages, wherever the kernel puts them."""
        bo = self.file.create(ceil_to(size_bytes, RK3588.page_bytes))
        self._bos[bo.address] = bo
        return bo.address, bo.data

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> DrmSubmission:
        """Make the request, with a page for each job; raises `DeviceError` for a job gone wrong."""
        missing = len(jobs) - len(self._pages)
        self._pages += [self.file.create(RK3588.page_bytes, mapped=False) for _ in range(missing)]
        request = Request(jobs, self._bos, self._pages[: len(jobs)])
        for bo in self._bos.values():
            self.file.hand_over(bo)
        read = [self._bos[address] for address in read_back]
        return DrmSubmission(self, jobs, request, read)

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back; jobs that use them have ended."""
        self.drain()
        for address in addresses:
            self.file.release(self._bos.pop(address))

    def written(self, jobs: Sequence[Job]) -> list[Bo]:
        """The buffers that *jobs* write."""
        places = dict.fromkeys(itertools.chain.from_iterable(job.writes for job in jobs))
        return [self._bos[address] for address in places]

    def queue(self, request: Request, count: int) -> list[Bo]:
        """Submit *count* jobs; their pages."""
        self.drain()
        pages = self._pages[:count]
        self._last = pages[-1] if pages else None
        self.file.submit(request.submit)
        return pages

    def done(self) -> None:
        """All jobs have ended."""
        self._last = None

    def drain(self) -> None:
        """Wait for jobs that nobody waited for, as after an interrupt from the keyboard."""
        if self._last is not None:
            self.file.wait(self._last, self.clock_ns() + DRAIN_NS)
            self._last = None

    def clock_ns(self) -> int:
        """What the kernel measures deadlines by."""
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
        self, device: DrmDevice, jobs: Sequence[Job], request: Request, read_back: Sequence[Bo]
    ) -> None:
        self._device, self._request = device, request
        self._written = device.written(jobs)
        self._read = [*self._written, *read_back]
        self._unwitnessed = [n for n, job in enumerate(jobs) if not job.witnessed]
        self._count = len(jobs)
        self._pages: list[Bo] = []

    def start(self) -> None:
        """Queue all jobs; `StoppedJobError` for one that the driver has dropped."""
        for bo in self._written:
            self._device.file.hand_over(bo)
        self._pages = self._device.queue(self._request, self._count)
        for number in reversed(self._unwitnessed):
            if self._idle(number) and number and not self._idle(number - 1):
                raise StoppedJobError(number, "was dropped by the driver, which does not say why")

    def _idle(self, number: int) -> bool:
        return self._device.file.wait(self._pages[number])

    def finish(self) -> None:
        """Wait, and look how far it is; `StoppedJobError` for a job that does not end."""
        first, since = -1, 0
        while self._pages and not self._wait_for_the_last():
            busy = next((n for n in range(self._count) if not self._idle(n)), first)
            now = self._device.clock_ns()
            if busy != first:
                first, since = busy, now
            elif now - since >= HANG_NS:
                why = f"has not ended in {HANG_NS // 1_000_000} ms: it hangs"
                raise StoppedJobError(first, f"{why}, or another process keeps the NPU busy")
        self._device.done()
        for bo in self._read:
            self._device.file.wait(bo)

    def _wait_for_the_last(self) -> bool:
        deadline = self._device.clock_ns() + LOOK_NS
        return self._device.file.wait(self._pages[-1], deadline)

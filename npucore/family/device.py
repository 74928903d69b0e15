# SPDX-License-Identifier: MIT
"""The contract of devices that execute jobs, on a board or in a simulator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from npucore.errors import DeviceError
from npucore.family.code import Bytes

RequestT_contra = TypeVar("RequestT_contra", contravariant=True)


class StoppedJobError(Exception):
    """Job *number* of a submission did not run or did not end; *why* is a clause."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"job {number} {why}")
        self.number, self.why = number, why


class JobError(DeviceError):
    """A job that did not run, or did not end; the device is opened again for the next inference.

    Its own class, since any other device error says nothing about the job: the node is gone,
    memory is short, another process keeps the NPU busy.

    Parameters
    ----------
    op
        What it computes.
    number, jobs
        Which one of how many of the inference; None if the driver does not say.
    why
        A clause.
    said
        *why* with what else is known of the job.
    """

    def __init__(self, op: str, number: int | None, jobs: int, why: str, said: str = "") -> None:
        which = "" if number is None else f"job {number} of {jobs}, "
        super().__init__(f"{op}: {which}{said or why}")
        self.op, self.number, self.why = op, number, why


class Submission(Protocol):
    """Jobs that may be run again and again."""

    def start(self) -> None:
        """Show the NPU what the CPU wrote, and queue the jobs."""
        ...

    def finish(self) -> None:
        """Wait for all. Raises `StoppedJobError` for one that did not run or did not end."""
        ...


class Device(Protocol[RequestT_contra]):
    """Memory that the NPU sees, and jobs on it. Not for several threads at once.

    What is asked of it, a family's request, says which words to run and which buffers they use.
    """

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """(address as the NPU sees it, the memory itself), zeroed."""
        ...

    def prepare(self, jobs: Sequence[RequestT_contra], read_back: Sequence[int] = ()) -> Submission:
        """Check jobs, which run in this order, and hand over all that was written so far.

        After them the CPU sees what is in the buffers that they write, and in *read_back*.
        """
        ...

    def free(self, addresses: Sequence[int]) -> None:
        """Give buffers back."""
        ...

    def clock_ns(self) -> int:
        """The device's time."""
        ...

    def close(self) -> None:
        """Give everything back. Safe to call twice."""
        ...

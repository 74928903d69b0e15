# SPDX-License-Identifier: MIT
"""Descriptors in the buffer of commands, one behind the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from npucore.family.code import COMMANDS, Bytes
from npucore_vsim.coefs.kernels import ALIGNMENT
from npucore_vsim.job import Job
from npucore_vsim.receipt import receipt_job


def commands_bytes(jobs: Sequence[Job]) -> int:
    """Of the buffer that holds the descriptors of *jobs* and of the receipt behind them."""
    return sum(map(_room, [*jobs, receipt_job()]))


def written(
    jobs: Sequence[Job], bases: Mapping[str, int], memory: Bytes
) -> Iterator[tuple[Job, int]]:
    """Write descriptors to the buffer; each job with its descriptor's address."""
    at = 0
    for job in jobs:
        words = np.array(job.linked(bases).words, "<u4").view(np.uint8)
        memory[at : at + words.size] = words
        yield job, bases[COMMANDS] + at
        at += _room(job)


def _room(job: Job) -> int:
    """Bytes of a descriptor, aligned."""
    return -(-4 * job.descriptor.length // ALIGNMENT) * ALIGNMENT

# SPDX-License-Identifier: MIT
"""Bytes of outputs that tell whether a task ran, since the driver does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from npucore_rocket.layout import ATOM, Int8s
from npucore_rocket.validate import Extent, Fetch, first_surface, output

Atoms = npt.NDArray[np.void]

PATTERN = np.frombuffer(bytes.fromhex("5a7f80a501fe3cc39969d22d4bb41ee1"), f"V{ATOM}")
"""Sixteen values that no requantized atom has by accident."""


class Witnesses:
    """Atoms of one buffer, each written by one task only, and the job that it belongs to."""

    def __init__(
        self, memory: Int8s, atoms: Sequence[int], jobs: Sequence[int], covered: Sequence[bool]
    ) -> None:
        self._atoms: Atoms = memory[: memory.size // ATOM * ATOM].view(f"V{ATOM}")
        self._places = np.array(atoms, np.intp)
        self._jobs, self._covered = jobs, covered

    def cover(self, job: int) -> bool:
        """Whether every task of a job has a witness."""
        return self._covered[job]

    def place(self) -> None:
        """Write the pattern, before the jobs run."""
        self._atoms[self._places] = PATTERN

    def silent(self) -> int | None:
        """The first job that has left a pattern alone, if any has."""
        found = self._atoms[self._places] == PATTERN
        return self._jobs[int(found.argmax())] if found.any() else None

    def drop(self) -> None:
        """Let go of the memory."""
        self._atoms, self._places = np.zeros(0, f"V{ATOM}"), np.zeros(0, np.intp)


def witnesses(jobs: Sequence[Sequence[Fetch]], memory: Int8s, base: int) -> Witnesses:
    """For every task the first atom of its first surface that no other task writes, if any is.

    *base* is the address of *memory*, where all outputs lie.
    """
    count = np.zeros(memory.size // ATOM + 1, np.int32)
    for fetch in (fetch for job in jobs for fetch in job):
        whole = output(fetch.words)
        count[(whole.low - base) // ATOM] += 1
        count[(whole.high - base) // ATOM] -= 1
    writers = np.cumsum(count)
    atoms, owners, covered = [], [], []
    for number, job in enumerate(jobs):
        places = [_alone(first_surface(fetch.words), writers, base) for fetch in job]
        covered.append(None not in places)
        for place in places:
            if place is not None:
                atoms.append(place)
                owners.append(number)
    return Witnesses(memory, atoms, owners, covered)


def _alone(extent: Extent, writers: npt.NDArray[np.int32], base: int) -> int | None:
    """An atom of *extent* that has one writer."""
    low, high = (extent.low - base) // ATOM, (extent.high - base) // ATOM
    alone = writers[low:high] == 1
    return low + int(alone.argmax()) if alone.any() else None

# SPDX-License-Identifier: MIT
"""Rows that repeat, folded into blocks."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

LONGEST = 12
"""Rows of a block at most: a choice."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows from *start* on that are *times* as many as *rows*, and the same each time."""

    start: int
    rows: int
    times: int

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.start + self.rows * self.times


def folded(keys: Sequence[Hashable]) -> Iterator[Block]:
    """Blocks of equal *keys* in order; of several ways to fold the one that covers most.

    >>> [(b.rows, b.times) for b in folded("iabababx")]
    [(1, 1), (2, 3), (1, 1)]
    """
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    coded, start = [numbers[key] for key in keys], 0
    while start < len(coded):
        yield (best := _best(coded, start))
        start = best.end


def _best(keys: Sequence[int], start: int) -> Block:
    best = Block(start, 1, 1)
    for rows in range(1, min(LONGEST, (len(keys) - start) // 2) + 1):
        if keys[start] != keys[start + rows]:
            continue
        first, times = keys[start : start + rows], 1
        while keys[start + rows * times : start + rows * (times + 1)] == first:
            times += 1
        if times > 1 and rows * times > best.rows * best.times:
            best = Block(start, rows, times)
    return best

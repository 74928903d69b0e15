# SPDX-License-Identifier: MIT
"""Who needs which bytes of a buffer, and when: maps whose lives do not overlap share memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A piece of memory that is written before or in step *first* and read until step *last*."""

    size_bytes: int
    first: int
    last: int


def place(pieces: Sequence[Lifetime], alignment: int = ALIGNMENT) -> tuple[list[int], int]:
    """Offsets of all pieces, multiples of *alignment*, and how many bytes that takes.

    The largest first, each as low as it fits between those placed whose lives overlap its own.

    >>> place([Lifetime(100, 0, 1), Lifetime(100, 1, 2), Lifetime(100, 2, 3)])
    ([0, 128, 0], 256)
    """
    offsets = [0] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda i: -pieces[i].size_bytes)
    placed = np.zeros((4, len(pieces)), np.int64)  # first, last, offset, end; lowest first
    for count, index in enumerate(order):
        piece, offset = pieces[index], 0
        firsts, lasts, begins, ends = placed[:, :count]
        for other in np.flatnonzero((lasts >= piece.first) & (firsts <= piece.last)):
            if offset + piece.size_bytes <= begins[other]:
                break
            offset = max(offset, _aligned(int(ends[other]), alignment))
        offsets[index] = offset
        at = int(np.searchsorted(begins, offset, side="right"))
        placed[:, at + 1 : count + 1] = placed[:, at:count]
        placed[:, at] = piece.first, piece.last, offset, offset + piece.size_bytes
    every = [offset + piece.size_bytes for offset, piece in zip(offsets, pieces, strict=True)]
    return offsets, _aligned(max(every, default=0), alignment)


def _aligned(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment

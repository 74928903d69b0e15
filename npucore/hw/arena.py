# SPDX-License-Identifier: MIT
"""Who needs which bytes of a buffer, and when: maps whose lives do not overlap share memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    placed: list[int] = []
    for index in sorted(range(len(pieces)), key=lambda i: -pieces[i].size_bytes):
        piece, offset = pieces[index], 0
        for other in sorted(placed, key=offsets.__getitem__):
            if pieces[other].last < piece.first or piece.last < pieces[other].first:
                continue
            if offset + piece.size_bytes <= offsets[other]:
                break
            end = offsets[other] + pieces[other].size_bytes
            offset = max(offset, _aligned(end, alignment))
        offsets[index] = offset
        placed.append(index)
    ends = [offset + piece.size_bytes for offset, piece in zip(offsets, pieces, strict=True)]
    return offsets, _aligned(max(ends, default=0), alignment)


def _aligned(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment

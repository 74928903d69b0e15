# SPDX-License-Identifier: MIT
"""Streams of numbers of different widths, the least significant bit first.

>>> stream = pack(np.array([5, 1, 0x1234]), np.array([3, 1, 16]))
>>> stream.tolist()
[77, 35, 1]
>>> unpack(stream, 4, 16, 1).tolist()
[4660]
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.integer[Any]]


def pack(values: Numbers, widths: Numbers) -> npt.NDArray[np.uint8]:
    """(N,) numbers of *widths* bits each, 0 to 32, one behind the other; whole bytes.

    *values* must fit and be at least 0.
    """
    ends = np.cumsum(widths, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    starts = ends - widths
    shifted = values.astype(np.uint64) << (starts & 31).astype(np.uint64)
    low, high = shifted & np.uint64(0xFFFFFFFF), shifted >> np.uint64(32)
    length = total // 32 + 2
    # No two numbers share a bit, so that sums are unions; doubles hold 53 bits of them.
    words = np.bincount(starts >> 5, low.astype(np.float64), length)
    words += np.bincount((starts >> 5) + 1, high.astype(np.float64), length)
    return words.astype(np.uint32).view(np.uint8)[: -(-total // 8)]


def unpack(
    stream: npt.NDArray[np.uint8], start: int, width: int, count: int
) -> npt.NDArray[np.int64]:
    """*count* numbers of *width* bits, 1 to 32, from bit *start* on; 0 behind the end."""
    first = start >> 3
    last = (start + count * width >> 3) + 8
    data = np.zeros(last - first, np.uint8)
    piece = stream[first:last]
    data[: len(piece)] = piece
    at = (start & 7) + width * np.arange(count, dtype=np.int64)
    byte = at >> 3
    window = data[byte].astype(np.uint64)
    for i in range(1, (width + 14) // 8):
        window |= data[byte + i].astype(np.uint64) << np.uint64(8 * i)
    values = window >> (at & 7).astype(np.uint64) & np.uint64((1 << width) - 1)
    signed: npt.NDArray[np.int64] = values.astype(np.int64)
    return signed

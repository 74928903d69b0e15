# SPDX-License-Identifier: MIT
"""Read a V7 stream of coefficients.

Both dialects: Mesa's (1x1 kernels by six channels, tall kernels in two parts) and VeriSilicon's.
Source: vsim hardware reference 6.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.hw.bits import unpack
from npucore.hw.memory import SimulationError

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
CHUNK = 1 << 16  # pairs that are read at once
HEADER_BITS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """What the cores have read.

    *weights* are (O, C, KH, KW) less their zero point, *bias* (O,); output channel k goes to
    *offsets* [k] bytes behind the output's address.
    """

    weights: npt.NDArray[np.int16]
    bias: Int64s
    offsets: Int64s


@dataclass(frozen=True, slots=True)
class Form:
    """What the descriptor says about the stream."""

    kernels: int
    channels: int
    rows: int
    columns: int
    kernels_per_core: int
    zero_point: int


class _Core:
    """One core's stream: weights by the number, words between them."""

    def __init__(self, data: Bytes, zero_point: int) -> None:
        self._data, self._zero = data, zero_point
        self.run_bits, low, high = (int(v) for v in unpack(data, 0, 8, 3))
        self.kernels = low | high << 8
        self._at = HEADER_BITS
        self._left = np.zeros(0, np.uint8)  # of a pair that goes beyond a word
        if self.run_bits > 8:
            raise SimulationError(f"coefficients with runs of {self.run_bits} bits, at most 8")

    def word(self) -> int:
        """32 bits."""
        value = int(unpack(self._data, self._at, 32, 1)[0])
        self._at += 32
        return value

    def weights(self, count: int) -> Bytes:
        """(count,) as they are stored."""
        if not self.run_bits:
            return self._plain(count)
        parts, have = [self._left], self._left.size
        while have < count:
            if self._at > 8 * self._data.size:
                raise SimulationError("coefficients end before the last weight")
            part = self._pairs(min(CHUNK, count - have), count - have)
            parts.append(part)
            have += part.size
        joined = np.concatenate(parts)
        self._left = joined[count:]
        return joined[:count]

    def _plain(self, count: int) -> Bytes:
        first = self._at // 8
        self._at += 8 * count
        if self._at > 8 * self._data.size:
            raise SimulationError("coefficients end before the last weight")
        return self._data[first : first + count]

    def _pairs(self, most: int, wanted: int) -> Bytes:
        """At most that many pairs, and no more than *wanted* weights need."""
        width = self.run_bits + 8
        pairs = unpack(self._data, self._at, width, most)
        runs = pairs & (1 << self.run_bits) - 1
        ends = np.cumsum(runs + 1)
        used = min(int(np.searchsorted(ends, wanted)) + 1, most)
        self._at += used * width
        weights = np.full(int(ends[used - 1]), self._zero, np.uint8)
        weights[ends[:used] - 1] = pairs[:used] >> self.run_bits
        return weights


def decode(data: Bytes, form: Form, cores: int, split: bool) -> Coefficients:
    """The buffer's contents. *split* says whether the stream is in Mesa's dialect.

    Which output channel a kernel is follows from its offset in the vendor's streams; here the
    order in the stream is kept, and `Coefficients.offsets` says where each one goes.
    """
    used = min(form.kernels, cores)
    at = -(-cores * 4 // 64) * 64
    sizes = data[: 4 * cores].view("<u4")
    parts = []
    for size in sizes[:used]:
        if size < HEADER_BITS // 8 or at + int(size) > data.size:
            raise SimulationError(f"coefficients of {size} bytes at {at} of {data.size}")
        core = _Core(data[at : at + int(size)], form.zero_point)
        if core.kernels > -(-form.kernels // used):
            raise SimulationError(f"a core with {core.kernels} of {form.kernels} kernels")
        superblocks = max(-(-core.kernels // max(form.kernels_per_core, 1)), 1)
        full = -(-core.kernels // superblocks)
        for superblock in range(superblocks):
            count = min(full, core.kernels - superblock * full)
            parts.append(_superblock(core, form, count, split))
        at += int(size)
    weights, bias, offsets = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Coefficients(weights.astype(np.int16) - form.zero_point, bias, offsets)


def _superblock(core: _Core, form: Form, count: int, split: bool) -> tuple[Bytes, Int64s, Int64s]:
    weights = np.empty((count, form.channels, form.rows * form.columns), np.uint8)
    bias, offsets = np.zeros(count, np.int64), np.zeros(count, np.int64)
    taps = np.array(list(_taps(form.rows, form.columns, split)))
    for kernels, channels in _turns(form, count, split):
        mine = slice(kernels.start, kernels.stop), slice(channels.start, channels.stop)
        first, last = channels.start == 0, channels.stop == form.channels
        size = len(channels) * len(kernels) * taps.size
        if first:
            head = core.weights(1)
            bias[kernels.start] = (core.word() ^ 1 << 31) - (1 << 31)
            read = np.concatenate([head, core.weights(size - 1)])
        else:
            read = core.weights(size)
        ordered = read.reshape(len(channels), len(kernels), taps.size).transpose(1, 0, 2)
        weights[(*mine, taps)] = ordered
        if last:
            offsets[kernels.start] = core.word()
    return weights.reshape(count, form.channels, form.rows, form.columns), bias, offsets


def _turns(form: Form, count: int, split: bool) -> Iterator[tuple[range, range]]:
    """Which kernels and channels come next; several kernels only where no words stand."""
    one_by_one = (form.rows, form.columns) == (1, 1)
    step = 6 if one_by_one and split else 1
    blocks = [range(at, min(at + step, form.channels)) for at in range(0, form.channels, step)]
    if step == 1 and form.channels > 2:
        blocks = [blocks[0], range(1, form.channels - 1), blocks[-1]]
    for block in blocks:
        if step == 1 and 0 not in block and form.channels - 1 not in block:
            yield range(count), block
        else:
            yield from ((range(k, k + 1), block) for k in range(count))


def _taps(rows: int, columns: int, split: bool) -> Iterator[int]:
    """Row by row; in Mesa's dialect the first three columns of two rows, then their others."""
    if not split:
        yield from range(rows * columns)
        return
    for top in range(0, rows, 2):
        pair = range(top, min(top + 2, rows))
        yield from (y * columns + x for y in pair for x in range(columns) if x < 3)
        yield from (y * columns + x for y in pair for x in range(columns) if x >= 3)

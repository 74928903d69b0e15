# SPDX-License-Identifier: MIT
"""Coefficients of V7 chips: bytes, or pairs of a run of zero points and a byte.

A table of sizes comes first, one word for each core; the cores' streams follow. Source: vsim
hardware reference 6.1, held against Mesa's streams of every captured layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from npucore.hw.bits import pack
from npucore_vsim.chip import written_channels
from npucore_vsim.coefs.kernels import ALIGNMENT, Bytes, Kernels, aligned

RUN_BITS_WIDTH, KERNELS_WIDTH, WEIGHT_WIDTH, WORD_WIDTH = 8, 16, 8, 32
ZDP_CHANNELS = 6  # input channels that a core multiplies at once in 1x1 kernels
XYDP_COLUMNS = 3  # columns of a pair of rows that it multiplies at once
# How much room the vendor wants to be left. Guess: 18 to 98 bits give its choice of the width of
# runs in all ten captures.
SPARED_BITS = 32
Words = npt.NDArray[np.int64]


class Dialect(Enum):
    """In which order weights stand; GL_NN_CONFIG.disable_zdpn seems to choose."""

    MESA = "mesa"  # 1x1 by six channels; the fourth and later columns of two rows apart
    VENDOR = "vendor"  # channel by channel, row by row


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Weights of one core in one superblock, and the words between them.

    *places* says before which weight a word stands, *breaks* behind which weights no run goes on.
    *waiting* are the vendor's first weights of a kernel, and what is behind those of its first
    channel: no run goes on there if it began at or before the first and its word still waits.
    """

    weights: Bytes
    places: Words
    words: Words
    breaks: Words
    waiting: Words


def encode(
    kernels: Kernels,
    cores: int,
    kernels_per_core: int,
    plane_bytes: int,
    most_run_bits: int,
    dialect: Dialect = Dialect.MESA,
) -> Bytes:
    """The whole buffer. *plane_bytes* is from one output channel to the next.

    Mesa gives all cores in use the same number of kernels: those beyond the last channel weigh
    nothing, but their planes are written. The width of runs is that of the smallest buffer, of
    several Mesa takes the widest, the vendor the narrowest; 1x1 kernels have no runs.
    """
    mesas = dialect is Dialect.MESA
    kernels = _filled_up(kernels, cores) if mesas else kernels
    shares = list((_shares if mesas else _vendors_shares)(kernels.count, cores, kernels_per_core))
    blocks = [
        [_block(kernels, channels, plane_bytes, dialect, channels is core[-1]) for channels in core]
        for core in shares
    ]
    pointwise = kernels.weights.shape[2:] == (1, 1)
    run_bits = 0 if pointwise else _best_run_bits(blocks, kernels.zero_point, most_run_bits, mesas)
    streams = [
        aligned(_stream(core, sum(map(len, share)), run_bits, kernels.zero_point))
        for core, share in zip(blocks, shares, strict=True)
    ]
    sizes = np.zeros(-(-cores * 4 // ALIGNMENT) * ALIGNMENT // 4, np.uint32)
    sizes[: len(streams)] = [stream.size for stream in streams]
    return np.concatenate([sizes.view(np.uint8), *streams])


def _filled_up(kernels: Kernels, cores: int) -> Kernels:
    """With as many kernels on every core that has any."""
    missing = written_channels(kernels.count, cores) - kernels.count
    if not missing:
        return kernels
    nothing = np.full((missing, *kernels.weights.shape[1:]), kernels.zero_point, np.uint8)
    weights = np.concatenate([kernels.weights, nothing])
    return replace(
        kernels, weights=weights, bias=np.append(kernels.bias, np.zeros(missing, np.int32))
    )


def _shares(count: int, cores: int, kernels_per_core: int) -> Iterator[list[range]]:
    """The channels of every superblock, core by core."""
    used = min(count, cores)
    mine = -(-count // used)
    superblocks = -(-mine // kernels_per_core)
    full = -(-mine // superblocks)
    for core in range(used):
        shares = []
        for superblock in range(superblocks):
            size = min(full, mine - full * superblock)
            first = core * size + superblock * full * used
            shares.append(range(first, first + size))
        yield shares


def _vendors_shares(count: int, cores: int, kernels_per_core: int) -> Iterator[list[range]]:
    """Likewise, the first cores having one kernel more where they cannot all have as many.

    The vendor's captures have one superblock each; that several lie one behind the other is a
    guess: offsets say which channel a kernel is.
    """
    used = min(count, cores)
    each, more = divmod(count, used)
    for core in range(used):
        first, mine = core * each + min(core, more), each + (core < more)
        full = -(-mine // -(-mine // kernels_per_core))
        yield [range(at, min(at + full, first + mine)) for at in range(first, first + mine, full)]


def _block(
    kernels: Kernels, channels: range, plane_bytes: int, dialect: Dialect, last: bool
) -> _Block:
    mine = slice(channels.start, channels.stop)
    weights = kernels.weights[mine]
    ordered, firsts, lasts = _ordered(weights, dialect)
    places = np.concatenate([firsts + 1, lasts + 1])
    bias = kernels.bias[mine].astype(np.int64) & 0xFFFFFFFF
    offsets = np.array(channels) * plane_bytes
    words = np.concatenate([bias, offsets])
    order = np.argsort(places, kind="stable")
    breaks, waiting = lasts + 1, np.stack([firsts, firsts + weights[0, 0].size], axis=1)
    if dialect is Dialect.MESA:
        channel = max(ordered.size // weights.shape[1], 1)
        breaks = np.concatenate([places, np.arange(channel, ordered.size + 1, channel)])
        breaks, waiting = breaks if last else places, waiting[:0]
    return _Block(ordered, places[order], words[order], breaks, waiting)


def _ordered(weights: Bytes, dialect: Dialect) -> tuple[Bytes, Words, Words]:
    """(K, C, KH, KW) in the stream's order, and where each kernel's first and last weight is."""
    count, channels, rows, columns = weights.shape
    number = np.arange(count)
    if channels == 1:
        order = _taps(rows, columns, dialect)
        flat = weights.reshape(count, -1)[:, order]
        return flat.reshape(-1), number * order.size, (number + 1) * order.size - 1
    if (rows, columns) == (1, 1) and dialect is Dialect.MESA:
        return _by_six(weights.reshape(count, channels))
    order = _taps(rows, columns, dialect)
    flat = weights.reshape(count, channels, -1)[:, :, order].transpose(1, 0, 2)
    firsts = number * order.size
    return flat.reshape(-1), firsts, (channels - 1) * count * order.size + firsts + order.size - 1


def _by_six(weights: Bytes) -> tuple[Bytes, Words, Words]:
    """(K, C): six channels of one kernel, six of the next."""
    count, channels = weights.shape
    step = min(channels, ZDP_CHANNELS)
    parts = [weights[:, at : at + step] for at in range(0, channels, step)]
    number = np.arange(count)
    last = parts[-1].shape[1]
    lasts = count * (channels - last) + (number + 1) * last - 1
    return np.concatenate([part.reshape(-1) for part in parts]), number * step, lasts


def _taps(rows: int, columns: int, dialect: Dialect) -> Words:
    """Indices of a kernel's taps: pairs of rows, their first columns before the others."""
    split = XYDP_COLUMNS if dialect is Dialect.MESA else columns
    order = [
        y * columns + x
        for pair in range(0, rows, 2)
        for part in (range(min(split, columns)), range(split, columns))
        for y in range(pair, min(pair + 2, rows))
        for x in part
    ]
    return np.array(order, np.int64)


def _ends(block: _Block, zero_point: int, run_bits: int) -> Words:
    """The weights that end a run: no zero, or the last before a break."""
    stands = block.weights != zero_point
    if stands.size:
        stands[block.breaks - 1] = True
    for first, end in block.waiting.tolist():
        if not stands[first:end].any():
            before = np.flatnonzero(stands[:first])
            start = int(before[-1]) + 1 if before.size else 0
            pairs = (first - start >> run_bits) + 1  # up to the one that has the first weight
            stands[end - 1] = start + (pairs << run_bits) > end
    return np.flatnonzero(stands)


def _runs(ends: Words) -> Words:
    return np.diff(ends, prepend=-1) - 1


def _best_run_bits(blocks: Iterable[list[_Block]], zero_point: int, most: int, widest: bool) -> int:
    sizes = np.zeros(most + 1, np.int64)
    for core in blocks:
        bits = np.full(most + 1, RUN_BITS_WIDTH + KERNELS_WIDTH + (0 if widest else SPARED_BITS))
        for block in core:
            bits += block.words.size * WORD_WIDTH
            bits[0] += block.weights.size * WEIGHT_WIDTH
            runs = _runs(_ends(block, zero_point, 0))
            for width in range(1, most + 1):
                if block.waiting.size:
                    runs = _runs(_ends(block, zero_point, width))
                pairs = int((runs >> width).sum()) + runs.size
                bits[width] += pairs * (width + WEIGHT_WIDTH)
        sizes += -(-bits // (8 * ALIGNMENT)) * ALIGNMENT
    return most - int(np.argmin(sizes[::-1])) if widest else int(np.argmin(sizes))


def _stream(blocks: list[_Block], count: int, run_bits: int, zero_point: int) -> Bytes:
    values = [np.array([run_bits, count])]
    widths = [np.array([RUN_BITS_WIDTH, KERNELS_WIDTH])]
    for block in blocks:
        if run_bits:
            tokens, places = _pairs(block, run_bits, zero_point)
        else:
            tokens, places = block.weights.astype(np.int64), block.places
        values.append(np.insert(tokens, places, block.words))
        width = np.full(tokens.size, run_bits + WEIGHT_WIDTH)
        widths.append(np.insert(width, places, WORD_WIDTH))
    return pack(np.concatenate(values), np.concatenate(widths))


def _pairs(block: _Block, run_bits: int, zero_point: int) -> tuple[Words, Words]:
    """Pairs of (run, weight), and before which of them the words stand."""
    ends = _ends(block, zero_point, run_bits)
    runs = _runs(ends)
    longest = (1 << run_bits) - 1
    full = runs >> run_bits  # pairs of nothing but zeros before this one
    behind = np.cumsum(full + 1)
    pairs = np.full(int(behind[-1]) if behind.size else 0, zero_point << run_bits | longest)
    pairs[behind - 1] = block.weights[ends].astype(np.int64) << run_bits | runs & longest
    reached = np.cumsum((pairs & longest) + 1)  # weights that are out behind each pair
    return pairs, np.searchsorted(reached, block.places) + 1

# SPDX-License-Identifier: MIT
"""Which kernels of a layer with a scale for each channel share a job, and how often each is there.

A job has one scale. A kernel whose own is smaller gets more output steps there than it needs, so
that one byte does not hold its range: it is there several times, with other biases, and each holds
a segment of the range. Few jobs have many segments, many jobs few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.quantize import Float64s, Int64s
from npucore_vsim.chip import MACS, Chip
from npucore_vsim.lower.layer import Convolve
from npucore_vsim.lower.spans import LARGEST, Spans
from npucore_vsim.quantize import truncated

FINENESS = (1.1, 2.0, 4.0)  # steps of a segment for each LSB of the output, at least
WORTH = 1.5  # times the cost of the coarsest that a finer one may have: one result in 5 is off by 1
MOST_BLOCKS, MOST_GROUPS = 16, 12  # that are tried
MOST_PLANES = 36  # that an op has for each plane of its output
JOB_CYCLES = 20_000  # guess: what a job costs beside its MACs; it decides how many there are


Planes = npt.NDArray[np.bool_]


class Group(NamedTuple):
    """The kernels of a job.

    Parameters
    ----------
    scale
        Steps per unit of the sums, as the chip multiplies.
    channels, segments
        (K,) the output channel of each kernel, and which part of its range it holds.
    counts
        (K,) whether the kernel is needed; those of depthwise jobs may not be.
    """

    scale: float
    channels: Int64s
    segments: Int64s
    counts: Int64s


class Block(NamedTuple):
    """Output channels from *first* to before *end*, which one job puts together."""

    first: int
    end: int
    groups: tuple[Group, ...]


class _Cuts(NamedTuple):
    """Where groups begin among channels in *order*, with the end; and the cycles of all jobs."""

    order: Int64s
    places: list[int]
    cost: float


def segment_length(scale: float) -> int:
    """Units of the sums that one byte holds."""
    return round(LARGEST / scale)


def blocks(layer: Convolve, spans: Spans, chip: Chip) -> list[Block]:
    """The finest segments that are worth their cost, by `npucore_vsim.cost`'s measure."""
    search = _Search(layer, spans, chip)
    best, least = search.cheapest(FINENESS[0])
    for fineness in FINENESS[1:]:
        found, cost = search.cheapest(fineness)
        if cost > WORTH * least or planes(found) > MOST_PLANES * len(layer.weights):
            break
        best = found
    return best


def planes(found: list[Block]) -> int:
    """How many segments the channels of a layer have together."""
    return sum(len(group.channels) for block in found for group in block.groups)


def read_planes(used: Planes) -> tuple[int, int]:
    """The first plane that kernels read, and how many; at least two, if there are as many.

    *used* are (K, C): of which planes each kernel has a weight that counts.
    """
    places = np.flatnonzero(used.any(axis=0))
    planes = used.shape[1]
    if not places.size or planes < 2:
        return 0, planes
    start = min(int(places[0]), planes - 2)
    return start, max(int(places[-1]) + 1 - start, 2)


def used_planes(layer: Convolve) -> Planes:
    """(O, C) of which planes each kernel has a weight that counts."""
    used: Planes = (layer.weights != layer.weight_zero_point).any(axis=(2, 3))
    return used


class _Search:
    """Partitions of a layer, and their cost."""

    def __init__(self, layer: Convolve, spans: Spans, chip: Chip) -> None:
        self._layer, self._spans, self._chip = layer, spans, chip
        self._used = used_planes(layer)

    def cheapest(self, fineness: float) -> tuple[list[Block], float]:
        """Among partitions into powers of 2 of the cores, and its cycles."""
        count, size = len(self._layer.weights), self._chip.cores
        while size * MOST_BLOCKS < count:
            size *= 2
        best, least = size, float("inf")
        while True:
            cost = sum(self._cuts(part, fineness).cost for part in _ranges(count, size))
            if cost < least:
                best, least = size, cost
            if size >= count:
                break
            size *= 2
        return [self._block(part, fineness) for part in _ranges(count, best)], least

    def _block(self, block: range, fineness: float) -> Block:
        order, places, _ = self._cuts(block, fineness)
        groups: list[Group] = []
        for begin, behind in pairwise(places):
            mine = np.sort(order[begin:behind])
            wanted = np.array([fineness * self._spans.scale[mine].max()])
            scale = float(truncated(wanted, self._chip.generation)[0])
            lengths = -(-self._spans.length[mine] // segment_length(scale))
            groups += _groups(self._layer.depthwise, scale, mine, lengths, block)
        return Block(block.start, block.stop, tuple(groups))

    def _cuts(self, block: range, fineness: float) -> _Cuts:
        """The cheapest, of channels in order of falling scales."""
        channels = np.array(block)
        channels = channels[self._spans.length[channels] > 0]
        order = channels[np.argsort(-self._spans.scale[channels], kind="stable")]
        pieces = min(len(order), MOST_GROUPS)
        places = [len(order) * n // max(pieces, 1) for n in range(pieces + 1)]
        best, before = [0.0] + [float("inf")] * pieces, [0] * (pieces + 1)
        for begin in range(pieces):
            costs = self._costs(order[places[begin] :], block, fineness)
            ends = np.array(places[begin + 1 :]) - places[begin] - 1
            for behind, cost in enumerate(costs[ends].tolist(), begin + 1):
                if best[begin] + cost < best[behind]:
                    best[behind], before[behind] = best[begin] + cost, begin
        chosen = [pieces]
        while chosen[-1]:
            chosen.append(before[chosen[-1]])
        return _Cuts(order, [places[n] for n in chosen[::-1]], best[-1] + JOB_CYCLES)

    def _costs(self, channels: Int64s, block: range, fineness: float) -> Float64s:
        """(K,) cycles of a group of the first channel, of the first two, and so on."""
        layer, cores = self._layer, self._chip.cores
        scale = fineness * self._spans.scale[channels[0]]
        counts = np.ceil(self._spans.length[channels] * scale / LARGEST)
        pixels = layer.destination_shape.pixels
        rounds = -(-len(block) // cores)
        summand = pixels * rounds / MACS
        taps = layer.kernel[0] * layer.kernel[1] * pixels * (4 if layer.first_pixel else 1)
        if layer.depthwise:
            each = rounds * taps / MACS + len(block) * summand + JOB_CYCLES
            return np.maximum.accumulate(counts) * each
        kernels = np.cumsum(counts)
        _, planes = read_planes(self._used[block.start : block.stop])
        costs: Float64s = np.ceil(kernels / cores) * (taps * planes / MACS) + kernels * summand
        costs[kernels > MOST_PLANES * np.arange(1, len(kernels) + 1)] = np.inf
        return costs + JOB_CYCLES


def _ranges(count: int, size: int) -> list[range]:
    return [range(first, min(first + size, count)) for first in range(0, count, size)]


def _groups(
    depthwise: bool, scale: float, channels: Int64s, lengths: Int64s, block: range
) -> Iterator[Group]:
    """One job; of depthwise kernels one for each segment, with all channels of the block."""
    if not depthwise:
        segments = np.concatenate([np.arange(n) for n in lengths.tolist()])
        repeated = np.repeat(channels, lengths)
        yield Group(scale, repeated, segments, np.ones(len(repeated), np.int64))
        return
    every = np.arange(block.start, block.stop)
    for segment in range(int(lengths.max())):
        counts = np.isin(every, channels[lengths > segment]).astype(np.int64)
        yield Group(scale, every, np.full(len(every), segment), counts)

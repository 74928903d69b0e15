# SPDX-License-Identifier: MIT
"""A layer with a scale for each channel -> jobs with one scale, and jobs that put them together.

Kernels whose bytes saturate one after the other hold a channel's range in finer steps than the
output has. Their sum with weights of the channel's own is the output, to within 1 of the exact one
for every image: `error` is the bound, from the numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from npucore.errors import UnsupportedError
from npucore.quantize import Float64s, Int64s
from npucore.tensor import Quantization, Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.groups import (
    MOST_PLANES,
    Block,
    Group,
    blocks,
    planes,
    read_planes,
    segment_length,
    used_planes,
)
from npucore_vsim.lower.kernels import widened
from npucore_vsim.lower.layer import Bytes, Convolve, Layer
from npucore_vsim.lower.spans import LARGEST, NEGLIGIBLE, Spans, spans
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import corrected_bias, truncated

MOST_ERROR = 0.95  # LSB, before the output is rounded: together they stay within the bound of 1


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """How a block's segments make its channels.

    Parameters
    ----------
    weights
        (O, S) 0 to 255: of each segment of a channel.
    scale
        Output LSB per unit of the weighted sum.
    error
        (O,) LSB, before the output is rounded, that no image exceeds.
    """

    weights: Int64s
    scale: float
    error: Float64s


def by_channel(layer: Convolve, scales: Float64s, chip: Chip) -> list[Layer]:
    """*layer* with (O,) *scales*: itself if they are alike. Raises `UnsupportedError`."""
    if not np.ptp(scales):
        return [layer]
    found = spans(layer, scales, chip.generation)
    used = used_planes(layer)
    made: list[Layer] = []
    parts = blocks(layer, found, chip)
    if (count := planes(parts)) > MOST_PLANES * len(scales):
        raise UnsupportedError(f"its scales take {count} segments for {len(scales)} channels")
    for block in parts:
        read = read_planes(used[block.first : block.end])
        if layer.depthwise:
            read = block.first, block.end - block.first
        made += _block(layer, found, block, read, chip)
    return made


def _block(
    layer: Convolve, found: Spans, block: Block, read: tuple[int, int], chip: Chip
) -> list[Layer]:
    summed = _summed(found, block, chip)
    worst = float(summed.error.max())
    if worst > MOST_ERROR:
        raise UnsupportedError(f"scales of its channels that 8-bit weights miss by {worst:.2f}")
    groups = block.groups or (_nothing(block),)
    height, width, _ = layer.destination_shape
    shape = MapShape(height, width, sum(len(group.channels) for group in groups))
    name = f"{layer.destination.name} in segments, from channel {block.first}"
    bytes_ = Quantization.per_tensor(1.0, 0)
    segments = Tensor(name, (1, *shape), np.dtype(np.uint8), bytes_)
    jobs: list[Layer] = []
    first = 0
    for group in groups:
        jobs.append(_kernels(layer, found, group, read, (segments, first)))
        first += len(group.channels)
    return [*jobs, _together(layer, found, block, groups, summed, segments, chip)]


def _nothing(block: Block) -> Group:
    """A kernel that counts for nothing, if all channels are constant."""
    return Group(0.5, np.array([block.first]), np.zeros(1, np.int64), np.zeros(1, np.int64))


def _kernels(
    layer: Convolve,
    found: Spans,
    group: Group,
    read: tuple[int, int],
    target: tuple[Tensor, int],
) -> Convolve:
    """The job of a group."""
    used = group.counts > 0
    weights = layer.weights[group.channels]
    weights[~used] = layer.weight_zero_point
    start = found.first[group.channels] + group.segments * segment_length(group.scale)
    bias = np.where(used, layer.bias[group.channels] - start, 0)
    begin, count = read
    if not layer.depthwise:
        weights = np.ascontiguousarray(weights[:, begin : begin + count])
    return replace(
        layer,
        source_shape=layer.source_shape._replace(channels=count),
        destination=target[0],
        destination_shape=layer.destination_shape._replace(channels=len(group.channels)),
        destination_zero_point=0,
        weights=weights,
        bias=bias,
        scale=group.scale,
        relu=False,
        first_read=layer.first_read + begin,
        first_written=target[1],
    )


def _summed(found: Spans, block: Block, chip: Chip) -> Summed:
    """Weights that follow each channel's line from segment to segment, and what they err."""
    channels = np.arange(block.first, block.end)
    scale, length = found.scale[channels], found.length[channels]
    steps, unit = _steps(block)
    ratio = np.where(steps > 0, scale / np.where(steps > 0, steps, 1), 0)
    wanted = np.array([max(float(ratio.max()), 1 / LARGEST) / LARGEST])
    real = float(truncated(wanted, chip.generation)[0])
    count = max((int(g.segments.max()) + 1 for g in block.groups), default=1)
    weights = np.zeros((len(channels), count), np.int64)
    reached = np.zeros(len(channels))
    for segment in range(count):
        here = steps > 0
        here &= length > segment * unit
        end = np.minimum((segment + 1) * unit, length)
        width = np.minimum((end - segment * unit) * steps, LARGEST)
        goal = (scale * end - reached) / real / np.where(here, width, 1)
        weights[:, segment] = np.where(here, np.clip(np.rint(goal), 0, LARGEST), 0)
        reached += weights[:, segment] * real * LARGEST
    slack = real * weights.max(axis=1) * (1 + steps) / 2 + real / 2
    heights = real * weights.astype(np.float64)
    furthest = np.where(length, _furthest(scale, length, steps, unit, heights), NEGLIGIBLE / 2)
    return Summed(weights, real, furthest + slack)


def _steps(block: Block) -> tuple[Float64s, Int64s]:
    """Of each channel of a block: its job's scale, 0 without one, and the length of a segment."""
    steps = np.zeros(block.end - block.first)
    unit = np.ones(len(steps), np.int64)
    for group in block.groups:
        mine = group.channels[group.counts > 0] - block.first
        steps[mine], unit[mine] = group.scale, segment_length(group.scale)
    return steps, unit


def _furthest(
    scale: Float64s, length: Int64s, steps: Float64s, unit: Int64s, heights: Float64s
) -> Float64s:
    """(O,) how far the segments' sum is from the line, at most: both bend at the same few sums."""
    worst = np.zeros(len(scale))
    count = heights.shape[1]
    full = LARGEST / np.where(steps > 0, steps, 1)
    for bend in range(count + 1):
        for place in (bend * unit, bend * unit + full, (bend - 1) * unit + full):
            at = np.clip(place, 0, length)
            sums = np.zeros(len(scale))
            for segment in range(count):
                filled = np.clip((at - segment * unit) * steps, 0, LARGEST)
                sums += heights[:, segment] * filled
            worst = np.maximum(worst, np.abs(sums - at * scale))
    return worst


def _together(
    layer: Convolve,
    found: Spans,
    block: Block,
    groups: tuple[Group, ...],
    summed: Summed,
    segments: Tensor,
    chip: Chip,
) -> Convolve:
    """The job that adds the segments of each channel."""
    shape = MapShape(*segments.shape[1:])
    weights: Bytes = np.zeros((block.end - block.first, shape.channels, 1, 1), np.uint8)
    first = 0
    for group in groups:
        plane = first + np.arange(len(group.channels))
        mine = group.channels - block.first
        weights[mine, plane, 0, 0] = summed.weights[mine, group.segments] * group.counts
        first += len(group.channels)
    zero = layer.destination_zero_point
    bias = np.rint((found.base[block.first : block.end] - zero) / summed.scale).astype(np.int64)
    if shape.channels == 1:
        weights = widened(weights, 0)
    return Convolve(
        source=segments,
        source_shape=shape,
        source_zero_point=0,
        destination=layer.destination,
        destination_shape=layer.destination_shape._replace(channels=len(weights)),
        destination_zero_point=zero,
        weights=weights,
        weight_zero_point=0,
        bias=corrected_bias(bias, weights, 0, 0, chip.generation),
        scale=summed.scale,
        relu=layer.relu,
        first_written=layer.first_written + block.first,
    )

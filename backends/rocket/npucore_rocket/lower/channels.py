# SPDX-License-Identifier: MIT
"""Channels whose scales are too far apart for one task -> layers that each hold their channels'.

A task has one output scale; a channel's own scale is a multiplier of 15 bits at most, so that one
far below the largest keeps few digits. Source: facts of 2026-11, A1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from npucore.errors import UnsupportedError
from npucore.quantize import Float64s
from npucore.tensor import Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.lower.layer import INT8, INT32_MOST, SYMMETRIC, Layer, sums
from npucore_rocket.quantize import LARGEST_MULTIPLIER

NEGLIGIBLE = 1 / 16
"""LSB of an output: a multiplier of 2048, the least that the facts allow, errs by that at most."""
ROUNDS_TO_ZERO = 0.4  # LSB
SATURATING = 512.0  # LSB for each unit of the accumulator: any unit but 0 saturates, so do more
FINE = 1 / 64  # LSB: the most that a unit of a constant channel's bias may be
MOST_PRODUCT = 255 * 255  # of an input and a weight, whatever their zero points
BEYOND = "its sums exceed int32"
ONE = 64  # a weight that a scale of 1 / 64 undoes

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Scales and ranges of output channels, known before any input: (O,) each.

    Parameters
    ----------
    scales
        Output LSB for each unit of the accumulator, none beyond `SATURATING`.
    low, high
        The least and the most that an output can be, in LSB from the zero point, saturated.
    """

    scales: Float64s
    low: Float64s
    high: Float64s

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Whether a channel has one value for any input: its kernel is zero, or its scale small."""
        return (self.high - self.low <= NEGLIGIBLE) | (self.reach < ROUNDS_TO_ZERO)

    @property
    def reach(self) -> Float64s:
        """How far from the zero point an output can be, in LSB."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    def fit(self, channels: Indices) -> npt.NDArray[np.bool_]:
        """Which of *channels* one task can hold, if it holds the one of the largest scale."""
        constant = self.constant[channels]
        if constant.all():
            return constant
        scales = self.scales[channels]
        largest = scales[~constant].max()
        exact = scales / largest * LARGEST_MULTIPLIER
        reach = self.reach[channels]
        error = np.abs(np.rint(exact) - exact) / np.where(constant, 1, exact) * reach
        held: npt.NDArray[np.bool_] = np.where(
            constant, reach <= largest * INT32_MOST, error <= NEGLIGIBLE
        )
        return held


def divided(layer: Layer, chip: Chip) -> tuple[Layer, ...]:
    """*layer*, or layers that compute it in this order.

    Whole groups of kernels that fit together become a layer each. In a group of which they do not,
    channels go by bands of scales into a map of their own, from where a 1x1 convolution, which
    changes no value, takes them into their order. Layers of fp16 have no scales, and those with a
    table have been divided before. Raises `UnsupportedError` for sums beyond int32.
    """
    if layer.halves or layer.table is not None:
        return (layer,)
    if not layer.per_channel:
        _check_sums(layer)
        return (layer,)
    layer, channels = _bounded(layer)
    groups = [
        (_settled(_part(layer, np.arange(*run)), channels, np.arange(*run)),)
        if fits
        else _bands(layer, channels, np.arange(*run), chip)
        for run, fits in _runs(layer, channels, chip)
    ]
    return tuple(part for group in groups for part in group)


def _check_sums(layer: Layer) -> None:
    """Refuse sums beyond int32, of which nobody says what the chip makes."""
    most_of_taps = layer.weights[0].size * MOST_PRODUCT
    if np.abs(layer.bias).max(initial=0) + most_of_taps <= INT32_MOST:
        return  # without a look at the weights
    least, most = sums(layer)
    if least.min() < -INT32_MOST or most.max() > INT32_MOST:
        raise UnsupportedError(BEYOND)


def _bounded(layer: Layer) -> tuple[Layer, Channels]:
    """Scales without excess and biases that keep every sum within int32."""
    scales = np.minimum(layer.scales, SATURATING)
    least, most = sums(layer)
    bias = np.clip(layer.bias, -INT32_MOST - (least - layer.bias), INT32_MOST - (most - layer.bias))
    moved = bias - layer.bias
    low, high = INT8.min - layer.destination_zero_point, INT8.max - layer.destination_zero_point
    channels = Channels(
        scales, np.clip(least * scales, low, high), np.clip(most * scales, low, high)
    )
    if (~channels.constant & (np.abs(moved) * scales > NEGLIGIBLE)).any():
        raise UnsupportedError(BEYOND)
    return replace(layer, scales=scales, bias=bias), channels


def _runs(layer: Layer, channels: Channels, chip: Chip) -> Iterator[tuple[tuple[int, int], bool]]:
    """(first channel, end) of groups that fit together, or of one that does not, and whether."""
    step = chip.group(layer.depthwise)
    first, count = 0, layer.kernels
    while first < count:
        end = min(first + step, count)
        fits = bool(channels.fit(np.arange(first, end)).all())
        while fits and end < count:
            wider = min(end + step, count)
            if not channels.fit(np.arange(first, wider)).all():
                break
            end = wider
        yield (first, end), fits
        first = end


def _bands(layer: Layer, channels: Channels, group: Indices, chip: Chip) -> tuple[Layer, ...]:
    """A layer for each band of scales, and the one that puts their channels in order."""
    width = chip.group(layer.depthwise)
    bands = list(_by_scale(channels, group))
    shape = layer.destination_shape._replace(channels=width * len(bands))
    scratch = replace(
        layer.destination,
        name=f"{layer.destination.name} by scale, from channel {group[0]}",
        shape=(1, *shape),
    )
    layers = []
    places = np.zeros(len(group), np.intp)  # of the group's channels in the scratch map
    for number, band in enumerate(bands):
        mine = group if layer.depthwise else band
        part = _settled(_part(layer, mine), channels, mine, np.isin(mine, band))
        first = number * width
        layers.append(replace(part, destination=scratch, first_channel=first))
        inside = np.flatnonzero(np.isin(group, band))
        places[inside] = first + (inside if layer.depthwise else np.arange(len(band)))
    return (*layers, _ordered(layer, scratch, places, int(group[0])))


def _by_scale(channels: Channels, group: Indices) -> Iterator[Indices]:
    """Channels of a group that fit together, of the largest scales first; all of them once."""
    left = group
    while left.size:
        fits = channels.fit(left)
        yield left[fits]
        left = left[~fits]


def _part(layer: Layer, channels: Indices) -> Layer:
    """The layer of some kernels; of a depthwise one, they follow each other."""
    first, count = int(channels[0]), len(channels)
    if count == layer.kernels:
        return layer
    zeros = layer.weight_zero_points
    row = int(channels[-1]) + 1 - first == count
    mine = slice(first, first + count) if row else channels
    part = replace(
        layer,
        weights=layer.weights[mine],
        bias=layer.bias[mine],
        scales=layer.scales[mine],
        weight_zero_points=zeros if len(zeros) == 1 else zeros[mine],
        destination_shape=layer.destination_shape._replace(channels=count),
        first_channel=layer.first_channel + first,
    )
    if not layer.depthwise:
        return part
    shape = layer.source_shape._replace(channels=count)
    return replace(part, source_shape=shape, source_channel=layer.source_channel + first)


def _settled(
    part: Layer,
    channels: Channels,
    mine: Indices,
    kept: npt.NDArray[np.bool_] | None = None,
) -> Layer:
    """*part* with its constant channels as biases, and those that are not *kept* as real 0."""
    kept = np.ones(len(mine), np.bool_) if kept is None else kept
    constant = channels.constant[mine] & kept
    if kept.all() and not constant.any():
        return part
    varying = kept & ~constant
    scales = np.where(varying, part.scales, 0.0)
    largest = float(scales.max()) or FINE
    unit = largest * max(1, min(LARGEST_MULTIPLIER, int(FINE / largest * LARGEST_MULTIPLIER)))
    unit /= LARGEST_MULTIPLIER
    values = (channels.low + channels.high)[mine] / 2
    weights, bias = part.weights.copy(), np.where(varying, part.bias, 0)
    zeros = np.broadcast_to(part.weight_zero_points, len(weights))[~varying].astype(np.int8)
    weights[~varying] = zeros.reshape(-1, *[1] * (weights.ndim - 1))
    bias[constant] = np.rint(values[constant] / unit).astype(np.int64)
    scales[constant] = unit
    return replace(part, weights=weights, bias=bias, scales=scales)


def _ordered(layer: Layer, scratch: Tensor, places: Indices, first: int) -> Layer:
    """The 1x1 convolution that takes each channel from its place; it changes no value."""
    zero, count = layer.destination_zero_point, len(places)
    shape = layer.destination_shape
    width = scratch.shape[-1]
    weights = np.zeros((count, 1, 1, width), np.int8)
    weights[np.arange(count), 0, 0, places] = ONE
    return Layer(
        source=scratch,
        source_shape=shape._replace(channels=width),
        source_zero_point=zero,
        destination=layer.destination,
        destination_shape=shape._replace(channels=count),
        destination_zero_point=zero,
        weights=weights,
        weight_zero_points=SYMMETRIC,
        bias=np.full(count, -zero * ONE, np.int64),
        scales=np.array([1 / ONE]),
        stride=(1, 1),
        padding=(0, 0),
        first_channel=layer.first_channel + first,
    )

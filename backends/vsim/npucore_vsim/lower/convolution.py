# SPDX-License-Identifier: MIT
"""Convolutions -> jobs of the NN cores, strided ones behind a reshuffle.

Source: vsim hardware reference 7.
"""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution
from npucore.quantize import Int64s, accumulator_scales
from npucore.rewrite.fold import source_and_padding
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import has_relu
from npucore_vsim.lower.by_channel import by_channel
from npucore_vsim.lower.kernels import dense, widened
from npucore_vsim.lower.layer import Bytes, Convolve, Layer, Reshuffle
from npucore_vsim.maps import MapShape
from npucore_vsim.quantize import corrected_bias, unsigned, zero_point

PLANES = 4


def lower(op: Convolution, graph: Graph, chip: Chip) -> list[Layer]:
    """One job for stride 1; for 2 one that drops pixels, or one behind a reshuffle."""
    source, padding = source_and_padding(op, graph)
    zero = zero_point(op.weights)
    weights, depthwise = _weights(op, zero, chip)
    offset = (-padding.top, -padding.left)
    layers: list[Layer] = []
    first_pixel = op.stride == (2, 2)
    shape, target = MapShape(*source.shape[1:]), source
    if first_pixel and op.kernel != (1, 1) and not _drops_pixels(op, depthwise):
        reshuffle = _reshuffle(op, source, offset)
        layers.append(reshuffle)
        weights = _in_planes(weights, zero)
        target, shape = reshuffle.destination, reshuffle.destination_shape
        offset, first_pixel = (0, 0), False
    if weights.shape[1] == 1 and weights.shape[2:] == (1, 1) and not depthwise:
        weights = widened(weights, zero)
    input_zero = zero_point(source)
    bias = np.zeros(len(weights), np.int64) if op.bias is None else _data(op.bias)
    scales = accumulator_scales(op, graph.rounding)
    convolve = Convolve(
        source=target,
        source_shape=shape,
        source_zero_point=input_zero,
        destination=op.output,
        destination_shape=MapShape(*op.output.shape[1:]),
        destination_zero_point=zero_point(op.output),
        weights=weights,
        weight_zero_point=zero,
        bias=corrected_bias(bias, weights, zero, input_zero, chip.generation),
        scale=float(scales[0]),
        offset=offset,
        first_pixel=first_pixel,
        strided=op.stride == (2, 2),
        relu=has_relu(op),
        depthwise=depthwise,
    )
    return [*layers, *by_channel(convolve, scales, chip)]


def _drops_pixels(op: Convolution, depthwise: bool) -> bool:
    """Whether every result is computed and three of four dropped: so kernels of one channel do it.

    Mesa reshuffles maps of odd size for dense kernels of that kind.
    """
    even = op.input.shape[1] % 2 == 0 and op.input.shape[2] % 2 == 0
    return depthwise or (op.groups > 1 and even)


def _data(tensor: Tensor) -> Int64s:
    return np.asarray(tensor.data).astype(np.int64)


def _weights(op: Convolution, zero: int, chip: Chip) -> tuple[Bytes, bool]:
    """(O, C, KH, KW) and whether they are depthwise; groups become zeros in dense kernels."""
    stored = unsigned(np.asarray(op.weights.data)).transpose(0, 3, 1, 2)
    if op.groups == 1:
        return np.ascontiguousarray(stored), False
    if chip.depthwise and op.depthwise and op.output.shape[3] == op.input.shape[3]:
        return np.ascontiguousarray(stored), True
    return dense(stored, op.groups, zero), False


def _reshuffle(op: Convolution, source: Tensor, begin: tuple[int, int]) -> Reshuffle:
    """Planes large enough for every window of the halved kernel."""
    rows, columns = (
        size + -(-kernel // 2) - 1
        for size, kernel in zip(op.output.shape[1:3], op.kernel, strict=True)
    )
    shape = MapShape(rows, columns, PLANES * source.shape[3])
    planes = Tensor(f"{source.name} in planes", (1, *shape), source.dtype, source.quantization)
    return Reshuffle(source, MapShape(*source.shape[1:]), zero_point(source), planes, shape, begin)


def _in_planes(weights: Bytes, zero: int) -> Bytes:
    """(O, C, KH, KW) -> (O, 4C, KH/2, KW/2), the plane of a channel being 2 * (y % 2) + x % 2."""
    count, channels, rows, columns = weights.shape
    planes = np.full((count, PLANES * channels, -(-rows // 2), -(-columns // 2)), zero, np.uint8)
    for y, x in np.ndindex(2, 2):
        taps = weights[:, :, y::2, x::2]
        planes[:, 2 * y + x :: PLANES, : taps.shape[2], : taps.shape[3]] = taps
    return planes

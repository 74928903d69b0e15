# SPDX-License-Identifier: MIT
"""Convolutions and fully connected layers of real numbers -> layers of fp16."""

from __future__ import annotations

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Activation, Convolution, FullyConnected, Op
from npucore.rewrite.fold import source_and_padding
from npucore.tensor import Array, Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Halves
from npucore_rocket.lower.fully_connected import window
from npucore_rocket.lower.layer import SYMMETRIC, Float32s, Layer
from npucore_rocket.maps import MapShape

LARGEST = float(np.finfo(np.float16).max)
ONE = np.ones(1)
CLAMPS: dict[Activation, tuple[bool, float | None]] = {
    Activation.NONE: (False, None),
    Activation.RELU: (True, None),
    Activation.RELU6: (True, 6.0),
}
"""Whether there is a lower bound of 0, and the upper one."""


def layers(op: Op, graph: Graph, chip: Chip) -> tuple[Layer]:
    """The layer of an op that the rules have accepted. Raises `UnsupportedError`."""
    match op:
        case Convolution():
            return (_convolution(op, graph),)
        case FullyConnected():
            return (_fully_connected(op, chip),)
    return op.invalid("rocket has no layer of fp16 for it")


def _convolution(op: Convolution, graph: Graph) -> Layer:
    """Grouped ones become dense kernels that are mostly 0, as of int8."""
    weights = _halves(op.weights)
    depthwise = op.depthwise and op.output.shape[3] == op.input.shape[3]
    if depthwise:
        weights = np.ascontiguousarray(weights[..., 0])
    elif op.groups > 1:
        weights = _dense(weights, op.groups)
    source, padding = source_and_padding(op, graph)
    apart = [d if taps > 1 else 1 for d, taps in zip(op.dilation, op.kernel, strict=True)]
    ends = (source, MapShape(*source.shape[1:]), op.output, MapShape(*op.output.shape[1:]))
    return _layer(
        op,
        ends,
        weights,
        stride=op.stride,
        padding=(padding.top, padding.left),
        depthwise=depthwise,
        dilation=(apart[0], apart[1]),
    )


def _fully_connected(op: FullyConnected, chip: Chip) -> Layer:
    over = window(op.input, op.weights.shape[1], chip)
    if over is None:
        op.invalid("no kernel goes over its input")
    kernels = op.weights.shape[0]
    weights = _halves(op.weights).reshape(kernels, *over.kernel, over.source.channels)
    ends = (op.input, over.source, op.output, MapShape(*over.destination, kernels))
    return _layer(op, ends, weights, stride=over.stride, padding=(0, 0))


def _layer(
    op: Convolution | FullyConnected,
    ends: tuple[Tensor, MapShape, Tensor, MapShape],
    weights: Halves,
    *,
    stride: tuple[int, int],
    padding: tuple[int, int],
    depthwise: bool = False,
    dilation: tuple[int, int] = (1, 1),
) -> Layer:
    source, source_shape, destination, destination_shape = ends
    relu, top = CLAMPS[op.activation]
    return Layer(
        source=source,
        source_shape=source_shape,
        source_zero_point=0,
        destination=destination,
        destination_shape=destination_shape,
        destination_zero_point=0,
        weights=weights,
        weight_zero_points=SYMMETRIC,
        bias=_bias(op.bias, len(weights)),
        scales=ONE,
        stride=stride,
        padding=padding,
        depthwise=depthwise,
        dilation=dilation,
        relu=relu,
        relu_top=top,
    )


def _halves(tensor: Tensor) -> Halves:
    """Weights as fp16, rounded to nearest. Raises `UnsupportedError` for those beyond it."""
    return checked_halves(_data(tensor))


def checked_halves(data: Array) -> Halves:
    """Real numbers as fp16. Raises `UnsupportedError` for those beyond it."""
    most = float(np.abs(data).max(initial=0))
    if not most <= LARGEST:
        raise UnsupportedError(f"a weight of {most:.3g}, at most {LARGEST:.0f} in fp16")
    return data.astype(np.float16)


def _bias(tensor: Tensor | None, kernels: int) -> Float32s:
    return np.zeros(kernels, np.float32) if tensor is None else _data(tensor).astype(np.float32)


def _data(tensor: Tensor) -> Array:
    if tensor.data is None:
        raise UnsupportedError(f"{tensor.name} is computed, not constant")
    return tensor.data


def _dense(weights: Halves, groups: int) -> Halves:
    """(O, KH, KW, C/groups) -> (O, KH, KW, C), 0 outside each group's channels."""
    kernels, kh, kw, channels = weights.shape
    dense = np.zeros((kernels, kh, kw, channels * groups), np.float16)
    each = kernels // groups
    for group in range(groups):
        mine = slice(group * each, (group + 1) * each)
        dense[mine, ..., group * channels : (group + 1) * channels] = weights[mine]
    return dense

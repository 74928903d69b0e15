# SPDX-License-Identifier: MIT
"""Ops in the chip's own vocabulary: convolutions, and jobs of the TP cores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Add,
    BatchMatmul,
    Concatenation,
    Convolution,
    DepthToSpace,
    FullyConnected,
    HSwish,
    LeakyRelu,
    Logistic,
    Mean,
    Mul,
    Op,
    Pad,
    Pooling,
    Quantize,
    Relu,
    Reshape,
    Resize,
    Split,
    StridedSlice,
    Subtract,
    Tanh,
    Transpose,
)
from npucore_vsim.chip import Chip
from npucore_vsim.lower import (
    absolute,
    add,
    batch_matmul,
    concatenation,
    convolution,
    depth_to_space,
    fully_connected,
    hswish,
    leaky_relu,
    logistic,
    mean,
    mul,
    pad,
    pooling,
    quantize,
    relu,
    reshape,
    resize,
    split,
    strided_slice,
    subtract,
    tanh,
    transpose,
)
from npucore_vsim.lower.activation import ACTIVATED, needs_clamp, without_clamp
from npucore_vsim.lower.layer import Convolve, Layer

__all__ = ["CHANGEABLE", "COMPUTING", "LOOKUPS", "MOVING", "Convolve", "Layer", "lower"]

Lower = Callable[[Any, Graph, Chip], list[Layer]]

CONVOLVING: dict[type[Op], Lower] = {
    Add: add.lower,
    BatchMatmul: batch_matmul.lower,
    Convolution: convolution.lower,
    FullyConnected: fully_connected.lower,
    Mean: mean.lower,
    Pooling: pooling.lower,
    Subtract: subtract.lower,
}
LOOKUPS: dict[type[Op], Lower] = {
    Absolute: absolute.lower,
    HSwish: hswish.lower,
    LeakyRelu: leaky_relu.lower,
    Logistic: logistic.lower,
    Mul: mul.lower,
    Quantize: quantize.lower,
    Relu: relu.lower,
    Tanh: tanh.lower,
}
MOVING: dict[type[Op], Lower] = {
    Concatenation: concatenation.lower,
    DepthToSpace: depth_to_space.lower,
    Pad: pad.lower,
    Reshape: reshape.lower,
    Resize: resize.lower,
    Split: split.lower,
    StridedSlice: strided_slice.lower,
    Transpose: transpose.lower,
}
"""What moves values, or not even that: whether it does depends on the ops around it."""

COMPUTING = CONVOLVING | LOOKUPS
CHANGEABLE: tuple[type[Op], ...] = (Add, Logistic, Mul, Subtract, *MOVING)
"""What becomes something else in another graph; a convolution says itself which pad it folds."""


def lower(op: Op, graph: Graph, chip: Chip) -> list[Layer]:
    """The layers of one op that the rules have accepted, in order.

    Raises `UnsupportedError` if its numbers fit no layer.
    """
    if isinstance(op, ACTIVATED) and needs_clamp(op):
        unclamped, clamps = without_clamp(op)
        return [*COMPUTING[type(op)](unclamped, graph, chip), *clamps]
    return (COMPUTING | MOVING)[type(op)](op, graph, chip)

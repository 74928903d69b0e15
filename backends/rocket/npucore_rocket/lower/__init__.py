# SPDX-License-Identifier: MIT
"""Ops in rocket's own vocabulary: convolution layers, and steps of the DPU alone."""

from __future__ import annotations

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import (
    Add,
    BatchMatmul,
    Broadcast,
    Concatenation,
    Convolution,
    DepthToSpace,
    FullyConnected,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    Quantize,
    Resize,
    ResizeBilinear,
    Split,
    StridedSlice,
    Subtract,
    TransposeConvolution,
)
from npucore_rocket.chip import Chip
from npucore_rocket.lower import (
    add,
    broadcast,
    concatenation,
    convolution,
    cut,
    depth_to_space,
    elementwise,
    fully_connected,
    maximum,
    mean,
    minimum,
    mul,
    pad,
    pooling,
    quantize,
    resize,
    resize_bilinear,
    subtract,
    transpose_convolution,
)
from npucore_rocket.lower.activation import activated
from npucore_rocket.lower.channels import divided
from npucore_rocket.lower.fully_connected import direct
from npucore_rocket.lower.layer import Addend, Layer
from npucore_rocket.lower.pointwise import Pointwise
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.maps import map_shape

__all__ = [
    "LAYERS",
    "Addend",
    "Layer",
    "Step",
    "direct",
    "divided",
    "layer",
    "layers",
    "pairs",
    "steps",
]

LAYERS: tuple[type[Op], ...] = (
    *(Add, BatchMatmul, Convolution, FullyConnected, Mean, Pooling, Quantize),
)
Step = Layer | Pointwise | PoolTask


def layers(op: Op, graph: Graph, chip: Chip) -> tuple[Step, ...]:
    """The convolution layers of one op that the rules have accepted, with its activation.

    Raises `UnsupportedError` for a layer that takes a tensor for another map than it is.
    """
    return _checked(_layers(op, graph, chip))


def _layers(op: Op, graph: Graph, chip: Chip) -> tuple[Step, ...]:
    match op:
        case Add():
            return (activated(add.lower(op, graph), op),)
        case Convolution():
            return (activated(convolution.lower(op, graph), op),)
        case FullyConnected():
            return (activated(fully_connected.lower(op, graph, chip), op),)
        case Mean():
            return mean.lower(op, chip)
        case Pooling():
            return pooling.lower(op, chip)
        case Quantize():
            return (quantize.lower(op),)
        case TransposeConvolution():
            first, *rest = transpose_convolution.lower(op, graph)
            return (activated(first, op), *rest)
    return op.invalid("rocket has no layer for it")


def pairs(op: Op, chip: Chip) -> tuple[Step, ...]:
    """Two operands by the element-wise stage."""
    match op:
        case Add():
            return _checked(elementwise.combined(op, elementwise.stages_of(op), chip))
        case Maximum():
            return _checked(maximum.lower(op, chip))
        case Minimum():
            return _checked(minimum.lower(op, chip))
        case Mul():
            return _checked(mul.lower(op, chip))
        case Subtract():
            return _checked(subtract.lower(op, chip))
    return op.invalid("rocket has no element-wise step for it")


def moves(op: Op, chip: Chip) -> tuple[Step, ...]:
    """Values that go elsewhere: none changes."""
    match op:
        case Broadcast():
            return _checked(broadcast.lower(op, chip))
        case Concatenation():
            return _checked(concatenation.lower(op, chip))
        case DepthToSpace():
            return _checked(depth_to_space.lower(op))
        case Pad():
            return _checked(pad.lower(op))
        case Resize():
            return _checked(resize.lower(op, chip))
        case ResizeBilinear():
            return _checked(resize_bilinear.lower(op, chip))
        case Split() | StridedSlice():
            return _checked(cut.lower(op, chip))
    return op.invalid("rocket has no step that moves it")


def _checked(found: tuple[Step, ...]) -> tuple[Step, ...]:
    for layer in found:
        for tensor, stated in layer.maps if isinstance(layer, Layer) else ():
            real = map_shape(tensor)
            if real is None or not stated.lies_as(real):
                raise UnsupportedError(
                    f"{tensor.name} of shape {tensor.shape} does not lie as the {stated.pixels} "
                    f"pixels of {stated.channels} channels that its layer expects"
                )
    return found


def layer(op: Op, graph: Graph, chip: Chip) -> Layer:
    """The convolution layer of an op that becomes a single one."""
    (found,) = layers(op, graph, chip)
    if not isinstance(found, Layer):
        op.invalid("it is no convolution")
    return found

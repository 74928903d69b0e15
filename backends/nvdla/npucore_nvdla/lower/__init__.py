# SPDX-License-Identifier: MIT
"""Lowers an op to layers: which file lowers which op."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Add,
    Concatenation,
    Convolution,
    FullyConnected,
    LeakyRelu,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    Quantize,
    Relu,
    Split,
    StridedSlice,
    Subtract,
)
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower import (
    absolute,
    add,
    concatenation,
    convolution,
    fully_connected,
    leaky_relu,
    lookup,
    maximum,
    mean,
    minimum,
    mul,
    pad,
    pooling,
    quantize,
    relu,
    split,
    strided_slice,
    subtract,
)
from npucore_nvdla.lower.layer import Layer

Lower = Callable[[Any, Graph, Chip], list[Layer] | None]

LOWERED: dict[type[Op], Lower] = {
    Absolute: absolute.lower,
    Add: add.lower,
    Concatenation: concatenation.lower,
    Convolution: convolution.lower,
    FullyConnected: fully_connected.lower,
    LeakyRelu: leaky_relu.lower,
    Maximum: maximum.lower,
    Mean: mean.lower,
    Minimum: minimum.lower,
    Mul: mul.lower,
    Pad: pad.lower,
    Pooling: pooling.lower,
    Quantize: quantize.lower,
    Relu: relu.lower,
    Split: split.lower,
    StridedSlice: strided_slice.lower,
    Subtract: subtract.lower,
    **dict.fromkeys(lookup.KINDS, lookup.lower),
}


def lower(op: Op, graph: Graph, chip: Chip) -> list[Layer] | None:
    """The layers of an op that the rules have accepted, in order; None for a mere view.

    Raises `UnsupportedError` if its numbers do not fit.
    """
    make = LOWERED.get(type(op))
    return None if make is None else make(op, graph, chip)

# SPDX-License-Identifier: MIT
"""Rules of ops that a look-up table computes."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Add,
    Erf,
    Exp,
    Floor,
    Gelu,
    HSwish,
    LeakyRelu,
    Log,
    Logistic,
    Maximum,
    Minimum,
    Mul,
    Op,
    Pointwise,
    Prelu,
    Quantize,
    Relu,
    Round,
    Sqrt,
    Subtract,
    Tanh,
)
from npucore_rocket.lower.lookup import folded, function_of
from npucore_rocket.maps import map_shape

OF_ONE = (
    *(Absolute, Erf, Exp, Floor, Gelu, HSwish, LeakyRelu, Log, Logistic, Pointwise, Quantize),
    *(Relu, Round, Sqrt, Tanh),
)
OF_TWO = (Add, Maximum, Minimum, Mul, Prelu, Subtract)
KINDS = (*OF_ONE, *OF_TWO)


def one_byte(op: Op, graph: Graph) -> str | None:
    """Every result is a function of one stored number, of 8 bits with one scale."""
    if function_of(op, graph) is not None:
        return None
    for tensor in (*op.inputs, *op.outputs):
        if tensor.dtype not in (np.int8, np.uint8):
            return f"{tensor.name} is {tensor.dtype}"
        if tensor.quantization is None or tensor.quantization.axis is not None:
            return f"{tensor.name} has no quantization per tensor"
    if len(op.inputs) > 1:
        return "its operands are two maps"
    return f"no table is known for {op.name}"


def map_of_atoms(op: Op, graph: Graph) -> str | None:
    """A tensor with elements."""
    return None if map_shape(op.outputs[0]) else f"{op.label} is no feature map"


def chained(op: Op, graph: Graph) -> str | None:
    """Several ops at once, of which the last one has the result."""
    if folded(op, graph):
        return None
    function = function_of(op, graph)
    return None if function is not None and len(function.ops) > 1 else "it is no chain"


def table_taken_along(op: Op, graph: Graph) -> str | None:
    """A convolution's task looks up what is behind it, with `tables=fused`."""
    return None

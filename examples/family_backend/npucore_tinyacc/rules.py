# SPDX-License-Identifier: MIT
"""Rules that decide whether an NPU takes an op. A rule gives the reason of a refusal in words.

Every rule rests on a claim about the chip, whose level follows from facts.
"""

from __future__ import annotations

import numpy as np

from npucore.family.rules import Rule, activations, bytes_per_tensor
from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Op, Reshape
from npucore_tinyacc.chip import MOST_SIDE, Chip
from npucore_tinyacc.facts import ADDITION, BORDER, CONVOLUTION, FACTS

WEIGHTED = (Convolution, FullyConnected)
ALL = (Add, *WEIGHTED, Reshape)
OTHERWISE = "is nothing that this NPU does"
MOST_WINDOW = 15  # rows, columns, steps: 4 bits each
MOST_RATIO = 100


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order: what applies may need what an earlier one has made sure of."""
    convolved, added, border = (
        FACTS.claim(what, chip.name) for what in (CONVOLUTION, ADDITION, BORDER)
    )
    return (
        Rule(ALL, computed_bytes, convolved),
        Rule((Reshape,), same_numbers, convolved),
        Rule(WEIGHTED, constant_weights, convolved),
        Rule(WEIGHTED, sides, convolved),
        Rule((Convolution,), window, convolved),
        Rule((Convolution,), padding, border, lambda op: any(op.padding)),
        Rule((Add,), factors, added),
    )


def computed_bytes(op: Op, graph: Graph) -> str | None:
    """Activations are int8 with one scale, none is constant, none is empty."""
    if reason := bytes_per_tensor(op, graph):
        return reason
    for tensor in activations(op):
        if tensor.dtype != np.int8:
            return f"{tensor.name} is {tensor.dtype}, wanted int8"
        if tensor.is_constant or not tensor.elements:
            return f"{tensor.name} is {'constant' if tensor.elements else 'empty'}"
    return None


def same_numbers(op: Reshape, graph: Graph) -> str | None:
    """Input and output of a reshape have the same quantization."""
    same = op.input.q.same_as(op.output.q)
    return None if same else "input and output differ in quantization"


def constant_weights(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Weights are constant int8 with one scale and zero point 0; so is the bias, if any."""
    weights, bias = op.weights, op.bias
    if not weights.is_constant or weights.dtype != np.int8 or weights.quantization is None:
        return f"{weights.name} is no constant of int8"
    if weights.q.axis is not None:
        return "a scale for each channel of the weights; per_channel=requantize makes them one"
    if weights.q.zero_point.any():
        return "weights with a zero point"
    if bias is not None and (not bias.is_constant or bias.dtype != np.int32):
        return f"{bias.name} is no constant of int32"
    return None


def sides(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Rows, columns and channels fit their fields."""
    rows = op.input.elements // op.weights.shape[-1]
    largest = max(rows, *op.weights.shape)
    if isinstance(op, Convolution):
        largest = max(*op.input.shape[1:], *op.output.shape[1:])
    return None if largest <= MOST_SIDE else f"a side of {largest}, at most {MOST_SIDE}"


def window(op: Convolution, graph: Graph) -> str | None:
    """One group, no dilation; kernels and steps fit their fields."""
    if op.groups != 1:
        return f"{op.groups} groups of channels, wanted one"
    if op.dilation != (1, 1):
        return f"a dilation of {op.dilation}"
    largest = max(*op.kernel, *op.stride)
    fits = largest <= MOST_WINDOW
    return None if fits else f"a kernel or step of {largest}, at most {MOST_WINDOW}"


def padding(op: Convolution, graph: Graph) -> str | None:
    """Every window has a row and a column of the map in it."""
    rows, columns = op.kernel
    beyond = max(op.padding[:2]) >= rows or max(op.padding[2:]) >= columns
    return f"padding of {tuple(op.padding)}, wanted less than the kernel" if beyond else None


def factors(op: Add, graph: Graph) -> str | None:
    """Results not much finer than the operands."""
    largest = max(float(t.q.scale / op.output.q.scale) for t in (op.a, op.b))
    return (
        None if largest <= MOST_RATIO else f"an operand's scale is {largest:.3g} times the result's"
    )

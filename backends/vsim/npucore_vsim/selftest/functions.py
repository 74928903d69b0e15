# SPDX-License-Identifier: MIT
"""Every function of a byte that is looked up, over more bytes than a tile has."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Activation,
    Add,
    HSwish,
    LeakyRelu,
    Logistic,
    Mul,
    Op,
    Quantize,
    Relu,
    Subtract,
    Tanh,
)
from npucore_vsim.chip import Chip
from npucore_vsim.selftest.graphs import constant, graph, tensor

COUNT = 2 * 1024 + 64 + 12  # two tiles, a row, and something of a row


def looked_up(chip: Chip) -> Mapping[str, Graph]:
    """Tables of both kinds, with a sign and odd ones."""
    x, y = tensor("x", 1, COUNT), tensor("y", 1, COUNT)
    share = tensor("share", 1, COUNT, scale=1 / 256, zero=0)
    signed = tensor("y", 1, COUNT, scale=1 / 128, zero=128)
    half = tensor("y", 1, COUNT, scale=2 * float(x.q.scale), zero=int(x.q.zero_point))
    ops: dict[str, Op] = {
        "absolute": Absolute(input=x, output=y),
        "hswish": HSwish(input=x, output=y),
        "leaky_relu": LeakyRelu(input=x, output=y, alpha=0.1),
        "logistic": Logistic(input=x, output=share),
        "quantize": Quantize(input=x, output=tensor("y", 1, COUNT, scale=0.07, zero=99)),
        "quantize by 2": Quantize(input=x, output=half),  # every odd byte ends on a half
        "relu": Relu(input=x, output=y),
        "relu6": Relu(input=x, output=y, activation=Activation.RELU6),
        "tanh": Tanh(input=x, output=signed),
    }
    seven = constant("seven", 7, 1, COUNT)
    ops |= {
        "add of a constant": Add(a=x, b=seven, output=y),
        "subtract from a constant": Subtract(a=seven, b=x, output=y),
    }
    return {name: graph(op) for name, op in ops.items()}


def one_operand(chip: Chip) -> Mapping[str, Graph]:
    """Products of which one tensor is computed, and nothing else."""
    x, y = tensor("x", 1, COUNT), tensor("y", 1, COUNT)
    share = tensor("share", 1, COUNT, scale=1 / 256, zero=0)
    third = constant("a third", 1 / 3, 1, COUNT)
    return {
        "mul by a constant": graph(Mul(a=x, b=third, output=y)),
        "mul by its logistic": graph(Logistic(input=x, output=share), Mul(a=x, b=share, output=y)),
        "mul by itself": graph(Mul(a=x, b=x, output=tensor("y", 1, COUNT, scale=0.2))),
    }


def two_tensors(chip: Chip) -> Mapping[str, Graph]:
    """Products of two computed tensors, with few look-ups and with many."""
    a, b = tensor("a", 1, COUNT), tensor("b", 1, COUNT, scale=0.03, zero=0)
    wide, narrow = tensor("y", 1, COUNT, scale=0.2), tensor("y", 1, COUNT, scale=0.03)
    return {
        "of the whole range": graph(Mul(a=a, b=b, output=wide)),
        "of a part of it": graph(Mul(a=a, b=b, output=narrow)),
    }

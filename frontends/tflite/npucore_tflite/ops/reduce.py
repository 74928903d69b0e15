# SPDX-License-Identifier: MIT
"""SUM, REDUCE_PROD, REDUCE_MIN, REDUCE_MAX, REDUCE_ANY and REDUCE_ALL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tflite

from npucore.ops import Reduce, ReduceMax, ReduceSum, Reduction
from npucore_tflite.node import Node, Operators


def reduce_sum(node: Node) -> ReduceSum:
    """SUM."""
    return node.make(ReduceSum, **axes_of(node))


def reduce_max(node: Node) -> ReduceMax:
    """REDUCE_MAX."""
    return node.make(ReduceMax, **axes_of(node))


def reduce(function: Reduction) -> Callable[[Node], Reduce]:
    """A builder for *function*."""

    def build(node: Node) -> Reduce:
        return node.make(Reduce, function=function, **axes_of(node))

    return build


def axes_of(node: Node) -> dict[str, Any]:
    """The operand, its axes counted from the front, each once, and whether they are kept."""
    rank, data = len(node.input(0).shape), node.input(1).data
    axes = [node.integer(1)] if data is not None and data.ndim == 0 else node.constant(1).tolist()
    keep = node.options(tflite.ReducerOptions, "KeepDims")["KeepDims"]
    chosen = tuple(sorted({node.axis(axis, rank) for axis in axes}))
    return {"input": node.input(0), "axes": chosen, "keep_axes": bool(keep)}


OPERATORS: Operators = {
    "REDUCE_ALL": reduce(Reduction.ALL),
    "REDUCE_ANY": reduce(Reduction.ANY),
    "REDUCE_MAX": reduce_max,
    "REDUCE_MIN": reduce(Reduction.MIN),
    "REDUCE_PROD": reduce(Reduction.PRODUCT),
    "SUM": reduce_sum,
}

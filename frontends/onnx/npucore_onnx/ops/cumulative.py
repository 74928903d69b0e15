# SPDX-License-Identifier: MIT
"""CumSum, and CumProd."""

from __future__ import annotations

from typing import Any

from npucore.ops import Cumulative
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def cumulative_sum(node: Node) -> Value:
    """The op `cumulative`; the axis is a constant."""
    return _cumulative(node, product=False)


def cumulative_product(node: Node) -> Value:
    """The op `cumulative`, of products; the axis is a constant."""
    return _cumulative(node, product=True)


def _cumulative(node: Node, *, product: bool) -> Value:
    value = node.value(0)
    axis = node.axis(int(node.scalar(1, 0)), value.rank)
    flags: dict[str, Any] = {name: bool(node.integer(name, 0)) for name in ("exclusive", "reverse")}
    return node.emit(
        Cumulative,
        value.order,
        input=value.tensor,
        axis=value.order[axis],
        product=product,
        **flags,
    )


OPERATORS: Operators = {
    "CumProd": cumulative_product,
    "CumSum": cumulative_sum,
}

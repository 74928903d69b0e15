# SPDX-License-Identifier: MIT
"""Transpose: a view."""

from __future__ import annotations

from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def transpose(node: Node) -> Value:
    """No op: the tensor stays, its axes are read in another order."""
    value = node.value(0)
    wanted = node.integers("perm", list(range(value.rank))[::-1])
    node.require(sorted(wanted) == list(range(value.rank)), f"perm {wanted} of {value.shape}")
    return Value(value.tensor, tuple(value.order[axis] for axis in wanted))


OPERATORS: Operators = {"Transpose": transpose}

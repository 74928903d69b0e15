# SPDX-License-Identifier: MIT
"""Pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.ops import Pad
from npucore_onnx.node import Node, Operators
from npucore_onnx.ops.gather import picked
from npucore_onnx.value import Value

LARGEST_BORDER = 1 << 20
NUMPY_MODES = {"reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def pad(node: Node) -> Value:
    """A border of one value; other borders pick elements by constant indices."""
    value = node.value(0)
    before, after = _borders(node, value)
    mode = node.text("mode", "constant")
    if mode == "constant":
        number = node.scalar(2, 0) if node.opset >= 11 else node.real("value", 0.0)
        return _constant(node, value, before, after, number)
    if mode not in NUMPY_MODES:
        node.invalid(f"a mode {mode!r}")
    return _picked(node, value, before, after, NUMPY_MODES[mode])


def _constant(
    node: Node, value: Value, before: list[int], after: list[int], number: float
) -> Value:
    fields: dict[str, Any] = {
        "before": node.in_order(tuple(before), value.order),
        "after": node.in_order(tuple(after), value.order),
        "value": None if number == 0 else number,
    }
    return node.moved(Pad, value.order, input=value.tensor, **fields)


def _picked(node: Node, value: Value, before: list[int], after: list[int], mode: str) -> Value:
    for axis, (first, last) in enumerate(zip(before, after, strict=True)):
        if first or last:
            size = value.shape[axis]
            node.require(size > 0, f"a {mode} border around nothing")
            border = (max(first, 0), max(last, 0))
            node.reserve(3 * (size + sum(border)))
            places = np.pad(np.arange(size), border, mode)  # type: ignore[call-overload]
            kept = places[max(-first, 0) : len(places) - max(-last, 0)]
            value = picked(node, value, axis, kept)
    return value


def _borders(node: Node, value: Value) -> tuple[list[int], list[int]]:
    """Counts before and after every axis."""
    numbers = node.integers_of("pads", 1, 11)
    if numbers is None:
        node.invalid("pads are missing")
    axes = list(range(value.rank))
    if node.opset >= 18 and node.optional(3) is not None:
        axes = [node.axis(axis, value.rank) for axis in node.constants(3)]
    node.require(len(numbers) == 2 * len(axes), f"{len(numbers)} pads for {len(axes)} axes")
    node.require(all(abs(n) <= LARGEST_BORDER for n in numbers), f"pads of {numbers}")
    before, after = [0] * value.rank, [0] * value.rank
    for place, axis in enumerate(axes):
        before[axis], after[axis] = numbers[place], numbers[place + len(axes)]
    return before, after


OPERATORS: Operators = {"Pad": pad}

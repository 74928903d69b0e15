# SPDX-License-Identifier: MIT
"""Split."""

from __future__ import annotations

import dataclasses

from npucore.ops import Split
from npucore.tensor import Tensor
from npucore_onnx.constants import check_size
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def split(node: Node) -> tuple[Value, ...]:
    """Pieces of given sizes, or as many as there are results."""
    value = node.value(0)
    axis = node.axis(node.integer("axis", 0), value.rank)
    count = node.integer("num_outputs", len(node.record.results))
    wanted = len(node.record.results)
    node.require(count == wanted, f"{count} pieces for {wanted} results")
    sizes = node.integers_of("split", 1, 13) or _even(node, value.shape[axis], count)
    if len(sizes) != wanted or min(sizes) < 0:
        node.invalid(f"sizes {sizes} for {wanted} results")
    place, results = value.order[axis], []
    for number, size in enumerate(sizes):
        shape = tuple(size if a == place else n for a, n in enumerate(value.tensor.shape))
        check_size(shape, value.dtype, node.result_name(number))
        results.append(_piece(value.tensor, node.result_name(number), shape))
    fields = {"results": tuple(results), "axis": place, "sizes": tuple(sizes)}
    node.assembly.add(Split(input=value.tensor, **fields))  # type: ignore[arg-type]
    return tuple(Value(tensor, value.order) for tensor in results)


def _piece(tensor: Tensor, name: str, shape: tuple[int, ...]) -> Tensor:
    return dataclasses.replace(tensor, name=name, shape=shape, data=None)


def _even(node: Node, size: int, count: int) -> list[int]:
    """Equal pieces, the last one smaller if they do not go in."""
    node.require(count >= 1, f"{count} pieces")
    each = -(-size // count)
    sizes = [each] * (count - 1)
    return [*sizes, size - sum(sizes)]


OPERATORS: Operators = {"Split": split}

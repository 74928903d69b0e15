# SPDX-License-Identifier: MIT
"""Tensors that are views of others: reshaped, cut out, or side by side.

Channels are planes one behind the other, so a view may begin at any of them.
Source: vsim hardware reference 7.
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import Concatenation, Op, Pad, Reshape, Split, StridedSlice
from npucore.tensor import Tensor
from npucore_vsim.maps import map_shape


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of *root*, *offset* bytes from its beginning."""

    root: Tensor
    offset: int = 0


def cuts(op: Split | StridedSlice) -> tuple[int, ...] | None:
    """The first channel of each result; None if anything but channels is cut."""
    shape = map_shape(op.inputs[0])
    if shape is None:
        return None
    if isinstance(op, Split):
        if op.axis != len(op.input.shape) - 1:
            return None
        return tuple(sum(op.sizes[:number]) for number in range(len(op.sizes)))
    last = len(op.input.shape) - 1
    whole = all(
        begin == 0 and size == n
        for begin, size, n in zip(op.begin[:last], op.sizes, op.input.shape, strict=False)
    )
    return (op.begin[last],) if whole and not op.dropped and set(op.strides) == {1} else None


def views(graph: Graph) -> dict[Tensor, View]:
    """Every computed tensor of a graph -> what it is a view of, if the rules accept all its ops.

    Walks backwards first: what is concatenated is written straight into the result.
    """
    found: dict[Tensor, View] = {}
    for op in reversed(graph.ops):
        if isinstance(op, Concatenation) and op.axis == len(op.output.shape) - 1:
            target, offset = found.get(op.output, View(op.output)), 0
            for operand in op.operands:
                found[operand] = View(target.root, target.offset + offset)
                offset += operand.elements
    for tensor in graph.inputs:
        found.setdefault(tensor, View(tensor))
    for op in graph.ops:
        for tensor, view in zip(op.outputs, _of(op, found), strict=True):
            found.setdefault(tensor, view)
    return found


def _of(op: Op, found: dict[Tensor, View]) -> list[View]:
    if isinstance(op, Reshape | Pad) and op.input in found:
        return [found[op.input]]
    if isinstance(op, Split | StridedSlice) and op.inputs[0] in found:
        source, shape = found[op.inputs[0]], map_shape(op.inputs[0])
        pixels, begins = 1 if shape is None else shape.pixels, cuts(op)
        if begins is not None:
            return [View(source.root, source.offset + first * pixels) for first in begins]
    return [View(tensor) for tensor in op.outputs]

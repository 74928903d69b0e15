# SPDX-License-Identifier: MIT
"""Tensors that are views of others in the NPU's layout: reshaped, cut out, or side by side.

Channels lie in surfaces of an atom's, so a view may begin at any multiple of them.
Source: rocket hardware reference 8.8.
"""

from __future__ import annotations

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import Concatenation, Op, Reshape, Split, StridedSlice, Transpose
from npucore.tensor import Tensor
from npucore_rocket.maps import map_shape


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


def stays(op: Reshape | Transpose) -> bool:
    """Whether every value of the result lies where it lies in the operand."""
    before, after = map_shape(op.input), map_shape(op.output)
    if before is None or after is None or not before.lies_as(after):
        return False
    if isinstance(op, Reshape):
        return True
    moving = [axis for axis in op.permutation if op.input.shape[axis] > 1]
    return moving == sorted(moving)


def views(graph: Graph) -> dict[Tensor, View]:
    """Every computed tensor of a graph whose ops the rules have accepted -> what it is a view of.

    Walks backwards first: what is concatenated is written straight into the result.
    """
    found: dict[Tensor, View] = {}
    for op in reversed(graph.ops):
        if isinstance(op, Concatenation):
            target, channel = found.get(op.output, View(op.output)), 0
            for operand in op.operands:
                found[operand] = _channels(target, op.output, channel)
                channel += operand.shape[-1]
    for tensor in graph.inputs:
        found.setdefault(tensor, View(tensor))
    for op in graph.ops:
        for tensor, view in zip(op.outputs, _of(op, found), strict=True):
            found.setdefault(tensor, view)
    return found


def _of(op: Op, found: dict[Tensor, View]) -> list[View]:
    if isinstance(op, Reshape | Transpose) and stays(op):
        return [found[op.input]]
    if isinstance(op, Split | StridedSlice):
        source = found[op.inputs[0]]
        return [_channels(source, op.inputs[0], first) for first in cuts(op) or ()]
    return [View(tensor) for tensor in op.outputs]


def _channels(view: View, tensor: Tensor, first: int) -> View:
    """The channels of *tensor*, which *view* is, from *first* on: as many bytes in a pixel."""
    shape = map_shape(tensor)
    assert shape is not None  # or the rules had refused the op
    return View(view.root, view.offset + first * shape.pixels)

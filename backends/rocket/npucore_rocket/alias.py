# SPDX-License-Identifier: MIT
"""Tensors that are views of others in the NPU's layout: reshaped or cut out.

Channels lie in surfaces of an atom's, so a view may begin at any multiple of them.
Source: rocket hardware reference 8.8.
"""

from __future__ import annotations

from collections.abc import Container

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import Op, Reshape, Split, StridedSlice, Transpose
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


def views(graph: Graph, computed: Container[int]) -> dict[Tensor, View]:
    """Every tensor that ops write -> what it is a view of; *computed* are ops that have tasks."""
    found = {tensor: View(tensor) for tensor in graph.inputs}
    for index, op in enumerate(graph.ops):
        own = [View(tensor) for tensor in op.outputs]
        found |= zip(op.outputs, own if index in computed else _of(op, found) or own, strict=True)
    return found


def _of(op: Op, found: dict[Tensor, View]) -> list[View]:
    if isinstance(op, Reshape | Transpose) and stays(op):
        return [found[op.input]]
    if isinstance(op, Split | StridedSlice):
        source = found[op.inputs[0]]
        return [_channels(source, op.inputs[0], first) for first in cuts(op) or ()]
    return []


def _channels(view: View, tensor: Tensor, first: int) -> View:
    """The channels of *tensor*, which *view* is, from *first* on: as many bytes in a pixel."""
    shape = map_shape(tensor)
    assert shape is not None  # or the rules had refused the op
    return View(view.root, view.offset + first * shape.pixels)

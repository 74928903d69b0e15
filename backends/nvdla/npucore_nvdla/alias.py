# SPDX-License-Identifier: MIT
"""Tensors that are views of others in the chip's layout: reshaped or cut out.

Channels lie in surfaces of an atom's, so a view may begin at any multiple of them.
"""

from __future__ import annotations

from collections.abc import Container

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import Op, Pad, Reshape, Split, StridedSlice, Transpose
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.maps import map_shape


def cuts(op: Split | StridedSlice, chip: Chip) -> tuple[int, ...] | None:
    """The first channel of each result; None if anything is cut but channels at whole atoms."""
    shape = map_shape(op.inputs[0])
    if shape is None:
        return None
    last = len(op.inputs[0].shape) - 1
    if isinstance(op, Split):
        if op.axis != last:
            return None
        places = tuple(sum(op.sizes[:number]) for number in range(len(op.sizes)))
    else:
        whole = all(
            begin == 0 and size == n
            for begin, size, n in zip(op.begin[:last], op.sizes, op.input.shape, strict=False)
        )
        if not whole or op.dropped or set(op.strides) != {1}:
            return None
        places = (op.begin[last],)
    return None if any(place % chip.atom_bytes for place in places) else places


def stays(op: Reshape | Transpose) -> bool:
    """Whether every value of the result lies where it lies in the operand."""
    before, after = map_shape(op.input), map_shape(op.output)
    if before is None or after is None or not before.lies_as(after):
        return False
    if isinstance(op, Reshape):
        return True
    moving = [axis for axis in op.permutation if op.input.shape[axis] > 1]
    return moving == sorted(moving)


def views(graph: Graph, computed: Container[int], chip: Chip) -> dict[Tensor, View]:
    """Every tensor that ops write -> what it is a view of; *computed* are ops that have tasks."""
    found = {tensor: View(tensor) for tensor in graph.inputs}
    for index, op in enumerate(graph.ops):
        own = [View(tensor) for tensor in op.outputs]
        parts = [] if index in computed else _of(op, found, chip)
        found |= zip(op.outputs, parts or own, strict=True)
    return found


def _of(op: Op, found: dict[Tensor, View], chip: Chip) -> list[View]:
    if isinstance(op, Reshape | Transpose) and stays(op):
        return [found[op.input]]
    if isinstance(op, Pad):
        return [found[op.input]]
    if isinstance(op, Split | StridedSlice):
        source, shape = found[op.inputs[0]], map_shape(op.inputs[0])
        assert shape is not None  # or the rules had refused the op
        return [
            View(source.root, source.offset + first * shape.pixels)
            for first in cuts(op, chip) or ()
        ]
    return []

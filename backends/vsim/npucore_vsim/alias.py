# SPDX-License-Identifier: MIT
"""Tensors that are views of others: reshaped, cut out, or side by side.

Channels are planes one behind the other, so a view may begin at any of them.
Source: vsim hardware reference 7.
"""

from __future__ import annotations

from itertools import accumulate

from npucore.family.placing import View
from npucore.graph import Graph
from npucore.ops import (
    Concatenation,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pad,
    Pooling,
    Reshape,
    Split,
    StridedSlice,
)
from npucore.rewrite.fold import border
from npucore.tensor import Tensor
from npucore_vsim.axes import along
from npucore_vsim.chip import Chip, written_channels
from npucore_vsim.maps import is_map, same_order, stored_shape

OVERRUNNING = (Convolution, FullyConnected, Mean, Pooling)
LARGEST_OFFSET = 8  # of a convolution's image: what a field of 4 bits holds


def folded(op: Pad, graph: Graph) -> bool:
    """Whether convolutions alone read the result, which add such a border themselves."""
    added, readers = border(op), graph.readers.get(op.output, ())
    return (
        added is not None
        and max(added) <= LARGEST_OFFSET
        and bool(readers)
        and op.output not in graph.outputs
        and all(isinstance(reader, Convolution) for reader in readers)
    )


def sliced_view(op: StridedSlice) -> int | None:
    """Where the result begins in the operand; None if its bytes do not lie together."""
    shape = op.input.shape
    cut = [axis for axis, size in enumerate(op.sizes) if size != shape[axis]]
    if set(op.strides) != {1} or len(cut) > 1:
        return None
    if not cut:
        return 0 if same_order(op.input, op.output) else None
    part = along(op.input, cut[0]).at(op.begin[cut[0]])
    ordered = is_map(op.input) == is_map(op.output) or stored_shape(op.output).planar
    return part.offset if part.contiguous and ordered and not op.dropped else None


def in_place(op: Concatenation, number: int, graph: Graph, chip: Chip) -> bool:
    """Whether an operand is written where it is wanted, so that nothing has to be moved.

    V7 jobs write as many planes for each core: only the last operand may have others.
    """
    operand = op.operands[number]
    target = along(op.output, op.axis)
    if not target.contiguous or not operand.q.same_as(op.output.q):
        return False
    readers = [o for o in graph.readers.get(operand, ()) if isinstance(o, Concatenation)]
    if len(readers) > 1 or op.operands.count(operand) > 1:
        return False
    writer = graph.writer.get(operand)
    if isinstance(writer, Concatenation | Pad | Reshape | Split | StridedSlice):
        return False
    if chip.generation == 8 or not isinstance(writer, OVERRUNNING):
        return True
    channels = operand.shape[-1]
    last = number == len(op.operands) - 1
    return last or written_channels(channels, chip.cores) == channels


def views(graph: Graph, chip: Chip) -> dict[Tensor, View]:
    """Every computed tensor of a graph -> what it is a view of, if the rules accept all its ops.

    Walks backwards first: what is concatenated is written straight into the result.
    """
    found: dict[Tensor, View] = {}
    for op in reversed(graph.ops):
        if isinstance(op, Concatenation):
            target, axis = found.get(op.output, View(op.output)), along(op.output, op.axis)
            starts = accumulate((operand.shape[op.axis] for operand in op.operands), initial=0)
            for number, (operand, start) in enumerate(zip(op.operands, starts, strict=False)):
                if in_place(op, number, graph, chip):
                    found[operand] = View(target.root, target.offset + axis.at(start).offset)
    for tensor in graph.inputs:
        found.setdefault(tensor, View(tensor))
    for op in graph.ops:
        for tensor, view in zip(op.outputs, _of(op, graph, found), strict=True):
            found.setdefault(tensor, view)
    return found


def _of(op: Op, graph: Graph, found: dict[Tensor, View]) -> list[View]:
    """What each result of *op* is a view of: itself, if it is written."""
    offsets: list[int] | None = None
    if isinstance(op, Reshape) and same_order(op.input, op.output):
        offsets = [0]
    elif isinstance(op, Split) and (read := along(op.input, op.axis)).contiguous:
        offsets = [read.at(n).offset for n in accumulate(op.sizes[:-1], initial=0)]
    elif isinstance(op, StridedSlice) and (begin := sliced_view(op)) is not None:
        offsets = [begin]
    elif isinstance(op, Pad) and folded(op, graph):
        offsets = [0]
    if offsets is None or op.inputs[0] not in found:
        return [View(tensor) for tensor in op.outputs]
    source = found[op.inputs[0]]
    return [View(source.root, source.offset + offset) for offset in offsets]

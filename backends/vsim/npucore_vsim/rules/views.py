# SPDX-License-Identifier: MIT
"""Rules of ops that move nothing where planes lie one behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from npucore.graph import Graph
from npucore.ops import Add, Concatenation, Convolution, Op, Pad, Reshape, Split, StridedSlice
from npucore.quantize import activation_bounds, stored_range
from npucore.rewrite.fold import border
from npucore_vsim.alias import cuts, views
from npucore_vsim.chip import Chip
from npucore_vsim.coefs.v7 import written_channels
from npucore_vsim.lower import LAYERS
from npucore_vsim.maps import map_shape
from npucore_vsim.place import room
from npucore_vsim.rows import MESAS, Distance, alignment, columns
from npucore_vsim.rules.layers import LARGEST_OFFSET

MOST_COPIES = 4  # of every map: its pixels, its four planes, and channels that fill up the cores


def same_bytes(op: Reshape, graph: Graph) -> str | None:
    """A reshape that moves no byte, next to a layer of the NPU."""
    source, target = map_shape(op.input), map_shape(op.output)
    if source is None or target is None:
        return f"{op.input.shape} to {op.output.shape} is no change of feature maps"
    if source != target and not (source.planar and target.planar):
        return f"{op.input.shape} to {op.output.shape} moves bytes between planes"
    return _lonely(op, graph)


def cut_at_channels(op: Split | StridedSlice, graph: Graph) -> str | None:
    """Channels alone are cut, next to a layer of the NPU."""
    if cuts(op) is None:
        return "it cuts rows, columns, or every n-th channel"
    return _lonely(op, graph)


def no_activation(op: Concatenation, graph: Graph) -> str | None:
    """Nothing is computed: no activation that clamps inside the range."""
    if activation_bounds(op.activation, op.output) == stored_range(op.output.dtype):
        return None
    return f"{op.activation} clamps inside the range of its output"


def folded_border(op: Pad, graph: Graph) -> str | None:
    """Rows and columns of real 0, for convolutions alone, which add them themselves."""
    if (added := border(op)) is None:
        return "it pads channels, or with something other than real 0"
    if max(added) > LARGEST_OFFSET:
        return f"it pads {max(added)} rows or columns, at most {LARGEST_OFFSET}"
    readers = graph.readers.get(op.output, ())
    if op.output in graph.outputs or not readers:
        return "its result leaves the NPU"
    if not all(isinstance(reader, Convolution) for reader in readers):
        return "something else than a convolution reads its result"
    if not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    return None


def two_maps(op: Add, graph: Graph) -> str | None:
    """Two computed maps, whose distance is whole rows of some width wherever they lie."""
    if op.a.is_constant or op.b.is_constant:
        return "an operand is constant"
    shape, found = map_shape(op.output), views(graph)
    if shape is None:
        return f"{op.output.name} is no single feature map"
    first, second, out = (found[tensor] for tensor in (op.a, op.b, op.output))
    bytes_at_most = MOST_COPIES * sum(root.elements for root in {v.root for v in found.values()})
    step = alignment(bytes_at_most, shape.elements)
    apart = abs(first.offset - second.offset)
    distance = Distance(apart, apart)
    if first.root is second.root and not apart and not op.a.q.same_as(op.b.q):
        return "its operands are one tensor with two quantizations"
    if first.root is not second.root:
        distance = Distance(gcd(apart, step), bytes_at_most)
    if columns(shape, distance, room(out, op.output, step)) is None:
        return (
            f"its operands or its result are parts of other tensors, {apart} bytes from where rows"
            f" of any width would fit {shape.elements} elements"
        )
    return None


def is_odd(op: Add) -> bool:
    return op.output.elements % min(MESAS) != 0


def odd_sum(op: Add, graph: Graph) -> str | None:
    """Elements that rows of 32 columns do not divide: the last row goes beyond the map."""
    return None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The rule of concatenations, which depends on the chip."""

    chip: Chip

    def side_by_side(self, op: Concatenation, graph: Graph) -> str | None:
        """Channels of layers that may write straight into the result, one behind the other.

        V7 jobs write as many planes for each core: only the last operand may have others.
        """
        if op.axis != len(op.output.shape) - 1:
            return f"it concatenates along axis {op.axis}, not channels"
        for number, operand in enumerate(op.operands):
            if not isinstance(graph.writer.get(operand), LAYERS):
                return f"{operand.name} is not written by a layer of the NPU"
            channels = operand.shape[-1]
            written = written_channels(channels, self.chip.cores)
            last = number == len(op.operands) - 1
            if self.chip.generation == 7 and written != channels and not last:
                return f"{operand.name} has {channels} channels for {self.chip.cores} cores"
            if not operand.q.same_as(op.output.q):
                return f"{operand.name} has another quantization than the result"
            readers = [o for o in graph.readers[operand] if isinstance(o, Concatenation)]
            if len(readers) > 1 or op.operands.count(operand) > 1 or operand in graph.outputs:
                return f"{operand.name} is wanted in two places"
        return None


def _lonely(op: Op, graph: Graph) -> str | None:
    """A view alone is no work for the NPU: something next to it has to compute."""
    seen: set[Op] = {op}
    waiting = [op]
    while waiting:
        each = waiting.pop()
        near = [graph.writer[t] for t in each.inputs if t in graph.writer]
        near += [reader for t in each.outputs for reader in graph.readers.get(t, ())]
        for other in near:
            if isinstance(other, LAYERS):
                return None
            if isinstance(other, Reshape | Split | StridedSlice) and other not in seen:
                seen.add(other)
                waiting.append(other)
    return "no layer of the NPU is next to it"

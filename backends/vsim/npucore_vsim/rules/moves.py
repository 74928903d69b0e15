# SPDX-License-Identifier: MIT
"""Rules of ops that only move values, or not even that."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import (
    Concatenation,
    DepthToSpace,
    Op,
    Pad,
    Reshape,
    Resize,
    Split,
    StridedSlice,
    Transpose,
)
from npucore.quantize import activation_bounds, stored_range
from npucore.rewrite import fold
from npucore_vsim.alias import sliced_view
from npucore_vsim.axes import along
from npucore_vsim.lower import COMPUTING, MOVING, transpose
from npucore_vsim.maps import is_map

Kept = DepthToSpace | Pad | Reshape | Resize | Split | StridedSlice | Transpose


def one_quantization(op: Kept, graph: Graph) -> str | None:
    """Values stay as they are: results have the operand's quantization."""
    for result in op.outputs:
        if not op.inputs[0].q.same_as(result.q):
            return f"{result.name} has another quantization than {op.inputs[0].name}"
    return None


def one_dtype(op: Op, graph: Graph) -> str | None:
    """Operands and results have one dtype."""
    dtypes = {str(tensor.dtype) for tensor in (*op.inputs, *op.outputs)}
    return None if len(dtypes) == 1 else f"tensors of {' and '.join(sorted(dtypes))}"


def one_order(op: Concatenation | Split | StridedSlice, graph: Graph) -> str | None:
    """Operands and results are all single maps, or none is: then they lie in the same order."""
    maps = {is_map(tensor) for tensor in (*op.inputs, *op.outputs)}
    if len(maps) == 1 or (isinstance(op, StridedSlice) and sliced_view(op) is not None):
        return None
    return f"{op.inputs[0].shape} and {op.outputs[0].shape}: one of them is a single map"


def next_to_a_layer(op: Op, graph: Graph) -> str | None:
    """Moving values alone is no work for the NPU: something next to it has to compute."""
    seen: set[Op] = {op}
    waiting = [op]
    while waiting:
        each = waiting.pop()
        near = [graph.writer[t] for t in each.inputs if t in graph.writer]
        near += [reader for t in each.outputs for reader in graph.readers.get(t, ())]
        for other in near:
            if isinstance(other, tuple(COMPUTING)):
                return None
            if isinstance(other, tuple(MOVING)) and other not in seen:
                seen.add(other)
                waiting.append(other)
    return "no layer of the NPU is next to it"


def no_activation(op: Concatenation, graph: Graph) -> str | None:
    """Nothing is computed: no activation that clamps inside the range."""
    if activation_bounds(op.activation, op.output) == stored_range(op.output.dtype):
        return None
    return f"{op.activation} clamps inside the range of its output"


def is_copied(op: Split | StridedSlice) -> bool:
    """Whether a job is needed: the results are no views of the operand."""
    if isinstance(op, Split):
        return not along(op.input, op.axis).contiguous
    return sliced_view(op) is None


def copied(op: Split | StridedSlice, graph: Graph) -> str | None:
    """Parts that do not lie together: jobs copy them."""
    return None


def box(op: StridedSlice, graph: Graph) -> str | None:
    """Rows, columns and channels one after the other out of a single map, or a view of anything."""
    if sliced_view(op) is not None:
        return None
    if set(op.strides) != {1}:
        return f"every n-th element, by {op.strides}"
    if not is_map(op.input) or op.dropped:
        return f"{op.output.shape} out of {op.input.shape} is no box of a single map"
    return None


def three_axes(op: Transpose, graph: Graph) -> str | None:
    """At most three axes change places."""
    axes = transpose.axes(op)
    return None if len(axes) <= 3 else f"{len(axes)} axes change places, at most 3"


def border(op: Pad, graph: Graph) -> str | None:
    """Rows and columns around a single map."""
    if not is_map(op.input):
        return f"{op.input.name} of shape {op.input.shape} is no single feature map"
    if any((op.before[0], op.after[0], op.before[3], op.after[3])):
        return "it pads channels"
    return None


def has_other_border(op: Pad) -> bool:
    """Whether it is anything else than some rows and columns of real 0."""
    return fold.border(op) is None


def other_border(op: Pad, graph: Graph) -> str | None:
    """Rows and columns of another value, or taken away."""
    return None


def is_requantized(op: Concatenation) -> bool:
    """Whether an operand has another quantization than the result."""
    return not all(operand.q.same_as(op.output.q) for operand in op.operands)


def requantized(op: Concatenation, graph: Graph) -> str | None:
    """Operands of another quantization: a look-up each."""
    return None


def whole_blocks(op: Resize, graph: Graph) -> str | None:
    """Every pixel of a single map as often as any other."""
    if not is_map(op.input):
        return f"{op.input.name} of shape {op.input.shape} is no single feature map"
    (rows, columns), (height, width) = op.input.shape[1:3], op.size
    if height % rows or width % columns or op.align_corners:
        return f"{rows} x {columns} to {height} x {width}, wanted whole multiples"
    return None


def single_map(op: DepthToSpace, graph: Graph) -> str | None:
    """Blocks of a single map."""
    if not is_map(op.input):
        return f"{op.input.name} of shape {op.input.shape} is no single feature map"
    return None

# SPDX-License-Identifier: MIT
"""Borders that a convolution adds itself: a pad in front of it costs nothing."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Convolution, Op, Pad, Padding
from npucore.tensor import Tensor


def producer(tensor: Tensor, graph: Graph) -> Op | None:
    """The op of *graph* that writes *tensor*; None for the graph's inputs."""
    return next((op for op in graph.ops if tensor in op.outputs), None)


def consumers(tensor: Tensor, graph: Graph) -> list[Op]:
    """The ops of *graph* that read *tensor*."""
    return [op for op in graph.ops if tensor in op.inputs]


def border(pad: Pad) -> Padding | None:
    """Rows and columns of real 0 around a map; None if the pad is anything else."""
    if len(pad.before) != 4 or min(*pad.before, *pad.after) < 0:
        return None
    if pad.before[0] or pad.after[0] or pad.before[3] or pad.after[3]:
        return None
    zero = pad.output.quantization is not None and pad.value in (
        None,
        int(pad.output.q.zero_point.flat[0]),
    )
    rows, columns = (pad.before[1], pad.after[1]), (pad.before[2], pad.after[2])
    return Padding(*rows, *columns) if zero else None


def source_and_padding(op: Convolution, graph: Graph) -> tuple[Tensor, Padding]:
    """What *op* reads once a pad in front of it is folded in, and all of its padding."""
    before = producer(op.input, graph)
    if isinstance(before, Pad) and (added := border(before)) is not None:
        total = Padding(*(a + b for a, b in zip(op.padding, added, strict=True)))
        return before.input, total
    return op.input, op.padding

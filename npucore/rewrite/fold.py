# SPDX-License-Identifier: MIT
"""Borders that a convolution adds itself: a pad in front of it costs nothing."""

from __future__ import annotations

from npucore.graph import Graph
from npucore.ops import Convolution, Pad, Padding
from npucore.tensor import Tensor


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
    before = graph.writer.get(op.input)
    if isinstance(before, Pad) and (added := border(before)) is not None:
        total = Padding(*(a + b for a, b in zip(op.padding, added, strict=True)))
        return before.input, total
    return op.input, op.padding

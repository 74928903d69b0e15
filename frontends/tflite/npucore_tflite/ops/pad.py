# SPDX-License-Identifier: MIT
"""PAD and PADV2."""

from __future__ import annotations

from npucore.ops import Pad
from npucore_tflite.node import Node, Operators


def pad(node: Node) -> Pad:
    """PAD adds real 0; PADV2 adds the stored number of its third operand."""
    counts = node.constant(1, rank=2)
    if counts.shape[1] != 2:
        node.invalid(f"paddings of shape {counts.shape}")
    if counts.min(initial=0) < 0:
        node.invalid(f"negative paddings {counts.tolist()}")
    value = None
    if (tensor := node.optional(2)) is not None:
        if tensor.data is None or tensor.data.size != 1:
            node.unsupported(f"its value ({tensor.name}) is not one constant")
        value = tensor.data.reshape(()).item()
    return node.make(
        Pad,
        input=node.input(0),
        before=tuple(counts[:, 0].tolist()),
        after=tuple(counts[:, 1].tolist()),
        value=value,
    )


OPERATORS: Operators = {
    "PAD": pad,
    "PADV2": pad,
}

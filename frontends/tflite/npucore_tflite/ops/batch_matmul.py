# SPDX-License-Identifier: MIT
"""BATCH_MATMUL."""

from __future__ import annotations

import numpy as np
import tflite

from npucore.ops import BatchMatmul
from npucore_tflite.node import Node, Operators


def batch_matmul(node: Node) -> BatchMatmul:
    """Read the operator; batches of other shapes are broadcast."""
    options = node.options(tflite.BatchMatMulOptions, "AdjX", "AdjY")
    a, b = node.input(0), node.input(1)
    if len(a.shape) < 2 or len(b.shape) < 2:
        node.invalid(f"operands of shapes {a.shape} and {b.shape}")
    try:
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        node.invalid(f"operands of shapes {a.shape} and {b.shape} do not broadcast")
    return node.make(
        BatchMatmul,
        a=node.broadcast(a, (*batch, *a.shape[-2:])),
        b=node.broadcast(b, (*batch, *b.shape[-2:])),
        transpose_a=options["AdjX"],
        transpose_b=options["AdjY"],
    )


OPERATORS: Operators = {"BATCH_MATMUL": batch_matmul}

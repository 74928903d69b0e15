# SPDX-License-Identifier: MIT
"""BATCH_MATMUL."""

from __future__ import annotations

import tflite

from npucore.ops import BatchMatmul
from npucore_tflite.node import Node


def batch_matmul(node: Node) -> BatchMatmul:
    """Read the operator; batches of other shapes are broadcast."""
    options = node.options(tflite.BatchMatMulOptions, "AdjX", "AdjY")
    batch = node.output.shape[:-2]
    a, b = node.input(0), node.input(1)
    return BatchMatmul(
        a=node.broadcast(a, (*batch, *a.shape[-2:])),
        b=node.broadcast(b, (*batch, *b.shape[-2:])),
        output=node.output,
        transpose_a=options["AdjX"],
        transpose_b=options["AdjY"],
    )

# SPDX-License-Identifier: MIT
"""MEAN."""

from __future__ import annotations

import tflite

from npucore.ops import Mean
from npucore_tflite.node import Node


def mean(node: Node) -> Mean:
    """Read the operator."""
    options = node.options(tflite.ReducerOptions, "KeepDims")
    rank = len(node.input(0).shape)
    data = node.input(1).data
    axes = [node.integer(1)] if data is not None and data.ndim == 0 else node.constant(1).tolist()
    return node.make(
        Mean,
        input=node.input(0),
        axes=tuple(sorted({node.axis(axis, rank) for axis in axes})),
        keep_axes=options["KeepDims"],
    )

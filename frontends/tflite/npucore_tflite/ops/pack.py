# SPDX-License-Identifier: MIT
"""PACK."""

from __future__ import annotations

import tflite

from npucore.ops import Pack
from npucore_tflite.node import Node, Operators


def pack(node: Node) -> Pack:
    """Read the operator."""
    options = node.options(tflite.PackOptions, "Axis")
    axis = node.axis(options["Axis"], len(node.input(0).shape) + 1)
    return node.make(Pack, operands=node.all_inputs(), axis=axis)


OPERATORS: Operators = {"PACK": pack}

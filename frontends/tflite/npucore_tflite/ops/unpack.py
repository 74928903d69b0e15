# SPDX-License-Identifier: MIT
"""UNPACK."""

from __future__ import annotations

import tflite

from npucore.ops import Unpack
from npucore_tflite.node import Node, Operators


def unpack(node: Node) -> Unpack:
    """Read the operator."""
    options = node.options(tflite.UnpackOptions, "Axis")
    axis = node.axis(options["Axis"], len(node.input(0).shape))
    return node.make(Unpack, input=node.input(0), axis=axis)


OPERATORS: Operators = {"UNPACK": unpack}

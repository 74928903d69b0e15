# SPDX-License-Identifier: MIT
"""CUMSUM."""

from __future__ import annotations

import tflite

from npucore.ops import Cumulative
from npucore_tflite.node import Node, Operators


def cumulative_sum(node: Node) -> Cumulative:
    """Read the operator; the axis is a constant."""
    options = node.options(tflite.CumsumOptions, "Exclusive", "Reverse")
    return node.make(
        Cumulative,
        input=node.input(0),
        axis=node.axis(node.integer(1), len(node.input(0).shape)),
        exclusive=bool(options["Exclusive"]),
        reverse=bool(options["Reverse"]),
    )


OPERATORS: Operators = {"CUMSUM": cumulative_sum}

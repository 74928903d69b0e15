# SPDX-License-Identifier: MIT
"""GridSample."""

from __future__ import annotations

from npucore.ops import GridSample
from npucore.ops.grid_sample import GridBorder, GridMode
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

MODES = {
    "bilinear": GridMode.LINEAR,
    "linear": GridMode.LINEAR,
    "nearest": GridMode.NEAREST,
    "bicubic": GridMode.CUBIC,
    "cubic": GridMode.CUBIC,
}


def grid_sample(node: Node) -> Value:
    """Read the operator."""
    mode = node.text("mode", "linear")
    border = node.text("padding_mode", "zeros")
    node.require(mode in MODES and border in set(GridBorder), f"a mode {mode!r}, {border!r}")
    return node.emit(
        GridSample,
        input=node.tensor(0),
        grid=node.tensor(1),
        mode=MODES[mode],
        border=GridBorder(border),
        aligned=bool(node.integer("align_corners", 0)),
    )


OPERATORS: Operators = {"GridSample": grid_sample}

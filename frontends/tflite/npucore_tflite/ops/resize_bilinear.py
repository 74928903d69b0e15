# SPDX-License-Identifier: MIT
"""RESIZE_BILINEAR."""

from __future__ import annotations

import tflite

from npucore.ops import ResizeBilinear
from npucore_tflite.node import Node, Operators


def resize_bilinear(node: Node) -> ResizeBilinear:
    """Read the operator."""
    options = node.options(tflite.ResizeBilinearOptions, "AlignCorners", "HalfPixelCenters")
    if len(size := node.constant(1).tolist()) != 2:
        node.invalid(f"a size of {len(size)} numbers")
    return node.make(
        ResizeBilinear,
        input=node.input(0),
        size=(size[0], size[1]),
        align_corners=options["AlignCorners"],
        half_pixel_centers=options["HalfPixelCenters"],
    )


OPERATORS: Operators = {"RESIZE_BILINEAR": resize_bilinear}

# SPDX-License-Identifier: MIT
"""DecodeImage and EncodeImage of onnxruntime-extensions: the caller decodes and encodes."""

from __future__ import annotations

from npucore.ops import StridedSlice
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

FORMATS = ("bgr", "rgb")


def picture(node: Node) -> Value:
    """RGB pixels, (height, width, 3), to the BGR of the file, or back.

    Source: onnxruntime-extensions docs/custom_ops.md, DecodeImage, EncodeImage.
    """
    value = node.value(0)
    if value.rank != 3 or value.shape[2] != 3 or value.dtype.itemsize != 1:
        node.unsupported(f"a picture of {value.dtype}{value.shape}, wanted uint8 (H, W, 3)")
    space = node.text("color_space", node.text("pixel_format", "bgr")).lower()
    if space not in FORMATS:
        node.unsupported(f"the pixel format {space!r}")
    if space == "rgb":
        return value
    rows, columns, channels = value.shape
    fields = {"begin": (0, 0, 2), "sizes": (rows, columns, channels), "strides": (1, 1, -1)}
    return node.moved(StridedSlice, input=node.tensor(0), **fields)


OPERATORS: Operators = {
    "com.microsoft.extensions.DecodeImage": picture,
    "com.microsoft.extensions.EncodeImage": picture,
}

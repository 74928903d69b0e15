# SPDX-License-Identifier: MIT
"""DENSIFY: sparse constants are dense here as soon as they are read."""

from __future__ import annotations

import dataclasses

from npucore.tensor import Tensor
from npucore_tflite.node import Folders, Node


def fold_densify(node: Node) -> Tensor | None:
    """The operand itself, under the result's quantization."""
    source = node.input(0)
    if source.data is None:
        node.unsupported(f"{source.name} is computed, not constant")
    if source.dtype != node.output.dtype:
        node.invalid(f"{source.dtype} becomes {node.output.dtype}")
    return dataclasses.replace(node.output, shape=source.shape, data=source.data)


FOLDERS: Folders = {"DENSIFY": fold_densify}

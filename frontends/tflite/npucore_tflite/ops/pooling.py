# SPDX-License-Identifier: MIT
"""AVERAGE_POOL_2D and MAX_POOL_2D."""

from __future__ import annotations

import tflite

from npucore.ops import Pooling, PoolingType
from npucore_tflite.node import Node, Operators
from npucore_tflite.padding import map_size, padding


def average_pooling(node: Node) -> Pooling:
    """AVERAGE_POOL_2D."""
    return _pooling(node, PoolingType.AVERAGE)


def max_pooling(node: Node) -> Pooling:
    """MAX_POOL_2D."""
    return _pooling(node, PoolingType.MAX)


def _pooling(node: Node, kind: PoolingType) -> Pooling:
    options = node.options(
        tflite.Pool2DOptions,
        "Padding",
        "StrideH",
        "StrideW",
        "FilterHeight",
        "FilterWidth",
        "FusedActivationFunction",
    )
    given, wanted = node.input(0).quantization, node.output.quantization
    if given is not None and wanted is not None and not given.same_as(wanted):
        node.unsupported("a pooling whose input and output differ in quantization")
    stride = (options["StrideH"], options["StrideW"])
    kernel = (options["FilterHeight"], options["FilterWidth"])
    return node.make(
        Pooling,
        type=kind,
        input=node.input(0),
        kernel=kernel,
        stride=stride,
        padding=padding(node, options["Padding"], map_size(node), kernel, stride),
        activation=node.activation(options["FusedActivationFunction"]),
    )


OPERATORS: Operators = {
    "AVERAGE_POOL_2D": average_pooling,
    "MAX_POOL_2D": max_pooling,
}

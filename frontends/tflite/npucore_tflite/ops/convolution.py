# SPDX-License-Identifier: MIT
"""CONV_2D and DEPTHWISE_CONV_2D."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tflite

from npucore.ops import Convolution
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators
from npucore_tflite.padding import map_size, padding

OPTIONS = (
    "Padding",
    "StrideH",
    "StrideW",
    "DilationHFactor",
    "DilationWFactor",
    "FusedActivationFunction",
)


def convolution(node: Node) -> Convolution:
    """CONV_2D; weights for fewer channels than the input has make it grouped."""
    weights = node.input(1)
    if len(weights.shape) != 4 or weights.shape[3] < 1:
        node.invalid(f"weights of shape {weights.shape}")
    map_size(node)
    groups = max(node.input(0).shape[3] // weights.shape[3], 1)
    options = node.options(tflite.Conv2DOptions, *OPTIONS)
    return _convolution(node, options, weights, groups)


def depthwise_convolution(node: Node) -> Convolution:
    """DEPTHWISE_CONV_2D: as many groups as the input has channels."""
    map_size(node)
    weights = _one_channel_each(node, node.input(1))
    options = node.options(tflite.DepthwiseConv2DOptions, *OPTIONS)
    return _convolution(node, options, weights, node.input(0).shape[3])


def _convolution(node: Node, options: dict[str, Any], weights: Tensor, groups: int) -> Convolution:
    stride = (options["StrideH"], options["StrideW"])
    dilation = (options["DilationHFactor"], options["DilationWFactor"])
    kernel = (weights.shape[1], weights.shape[2])
    return node.make(
        Convolution,
        input=node.input(0),
        weights=weights,
        bias=node.optional(2),
        stride=stride,
        dilation=dilation,
        padding=padding(node, options["Padding"], map_size(node), kernel, stride, dilation),
        groups=groups,
        activation=node.activation(options["FusedActivationFunction"]),
    )


def _one_channel_each(node: Node, weights: Tensor) -> Tensor:
    """(1, KH, KW, O), the file's order, as (O, KH, KW, 1)."""
    if len(weights.shape) != 4 or weights.shape[0] != 1:
        node.invalid(f"weights of shape {weights.shape}, wanted (1, KH, KW, O)")
    if weights.data is None:
        node.unsupported(f"its weights ({weights.name}) are computed, not constant")
    quantization = weights.quantization
    if quantization is not None and quantization.axis is not None:
        if quantization.axis != 3:
            node.unsupported(f"weights quantized along axis {quantization.axis}")
        quantization = dataclasses.replace(quantization, axis=0)
    node.reserve(weights.elements)
    data = np.ascontiguousarray(weights.data.transpose(3, 1, 2, 0))
    return dataclasses.replace(weights, shape=data.shape, data=data, quantization=quantization)


OPERATORS: Operators = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise_convolution,
}

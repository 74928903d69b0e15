# SPDX-License-Identifier: MIT
"""TRANSPOSE_CONV, and MediaPipe's Convolution2DTransposeBias."""

from __future__ import annotations

import struct

import tflite

from npucore.ops import Activation, Padding, TransposeConvolution
from npucore.tensor import Shape, Tensor
from npucore_tflite.node import Node, Operators

RUNTIME_PADDINGS = {1: tflite.Padding.SAME, 2: tflite.Padding.VALID}  # TfLitePadding


def transpose_convolution(node: Node) -> TransposeConvolution:
    """TRANSPOSE_CONV: the result's shape, weights, data, bias."""
    options = node.options(
        tflite.TransposeConvOptions, "Padding", "StrideH", "StrideW", "FusedActivationFunction"
    )
    return _build(
        node,
        data=node.input(2),
        wanted=tuple(node.constant(0).tolist()),
        bias=node.optional(3),
        scheme=options["Padding"],
        stride=(options["StrideH"], options["StrideW"]),
        activation=node.activation(options["FusedActivationFunction"]),
    )


def transpose_convolution_bias(node: Node) -> TransposeConvolution:
    """MediaPipe's custom operator: data, weights, bias; options are a TfLiteTransposeConvParams.

    Source: MediaPipe util/tflite/operations/transpose_conv_bias.cc.
    """
    if len(node.record.custom_options) < 12:
        node.invalid(f"{len(node.record.custom_options)} bytes of options, wanted 12")
    padding, stride_x, stride_y = struct.unpack_from("<iii", node.record.custom_options)
    if padding not in RUNTIME_PADDINGS:
        node.invalid(f"padding {padding}")
    return _build(
        node,
        data=node.input(0),
        wanted=node.output.shape,
        bias=node.optional(2),
        scheme=RUNTIME_PADDINGS[padding],
        stride=(stride_y, stride_x),
        activation=Activation.NONE,
    )


def _build(
    node: Node,
    *,
    data: Tensor,
    bias: Tensor | None,
    scheme: int,
    stride: tuple[int, int],
    activation: Activation,
    wanted: Shape,
) -> TransposeConvolution:
    weights = node.input(1)
    if not len(data.shape) == len(weights.shape) == len(wanted) == 4:
        node.invalid(f"data of shape {data.shape}, weights of {weights.shape}")
    rows, columns = (
        _cut(data.shape[i], weights.shape[i], wanted[i], stride[i - 1], scheme) for i in (1, 2)
    )
    return node.make(
        TransposeConvolution,
        input=data,
        weights=weights,
        bias=bias,
        stride=stride,
        padding=Padding(*rows, *columns),
        activation=activation,
    )


def _cut(size: int, kernel: int, wanted: int, stride: int, scheme: int) -> tuple[int, int]:
    """What is cut off before and after along one axis. Source: TFLite ComputePaddingWithOffset."""
    surplus = (size - 1) * stride + kernel - wanted
    before = max(surplus, 0) // 2 if scheme == tflite.Padding.SAME else 0
    return before, surplus - before


OPERATORS: Operators = {
    "Convolution2DTransposeBias": transpose_convolution_bias,
    "TRANSPOSE_CONV": transpose_convolution,
}

# SPDX-License-Identifier: MIT
"""CONV_3D, and CONV_3D_TRANSPOSE."""

from __future__ import annotations

from typing import Any

import tflite

from npucore.ops import Convolution3d
from npucore_tflite.node import Node, Operators
from npucore_tflite.padding import same_padding

AXES = ("D", "H", "W")


def convolution_3d(node: Node) -> Convolution3d:
    """CONV_3D: data, weights, bias."""
    options, stride, dilation = _options(node)
    x, weights = node.input(0), node.input(1)
    if len(x.shape) != 5 or len(weights.shape) != 5:
        node.invalid(f"{x.shape} and weights of {weights.shape}")
    size, before = [], []
    for n, k, s, d in zip(x.shape[1:4], weights.shape[:3], stride, dilation, strict=True):
        first, last = (
            same_padding(n, k, s, d) if options["Padding"] == tflite.Padding.SAME else (0, 0)
        )
        size.append((n + first + last - (k - 1) * d - 1) // s + 1)
        before.append(first)
    return node.make(
        Convolution3d,
        input=x,
        weights=weights,
        bias=node.optional(2),
        size=(size[0], size[1], size[2]),
        stride=stride,
        dilation=dilation,
        before=(before[0], before[1], before[2]),
        activation=node.activation(options["FusedActivationFunction"]),
    )


def transpose_convolution_3d(node: Node) -> Convolution3d:
    """CONV_3D_TRANSPOSE: the result's shape, weights, data, bias."""
    options, stride, dilation = _options(node)
    wanted, weights = node.constant(0).tolist(), node.input(1)
    if len(wanted) != 5 or len(weights.shape) != 5:
        node.invalid(f"a result of {wanted}, weights of {weights.shape}")
    before = []
    for n, k, s, d in zip(wanted[1:4], weights.shape[:3], stride, dilation, strict=True):
        same = options["Padding"] == tflite.Padding.SAME
        before.append(same_padding(n, k, s, d)[0] if same else 0)
    return node.make(
        Convolution3d,
        input=node.input(2),
        weights=weights,
        bias=node.optional(3),
        size=(wanted[1], wanted[2], wanted[3]),
        stride=stride,
        dilation=dilation,
        before=(before[0], before[1], before[2]),
        activation=node.activation(options["FusedActivationFunction"]),
        transposed=True,
    )


def _options(node: Node) -> tuple[dict[str, Any], Any, Any]:
    names = [f"Stride{axis}" for axis in AXES]
    dilations = [f"Dilation{axis}Factor" for axis in AXES]
    options = node.options(
        tflite.Conv3DOptions, "Padding", "FusedActivationFunction", *names, *dilations
    )
    stride, dilation = (tuple(options[n] for n in group) for group in (names, dilations))
    if min(*stride, *dilation) < 1:
        node.invalid(f"stride {stride}, dilation {dilation}")
    return options, stride, dilation


OPERATORS: Operators = {
    "CONV_3D": convolution_3d,
    "CONV_3D_TRANSPOSE": transpose_convolution_3d,
}

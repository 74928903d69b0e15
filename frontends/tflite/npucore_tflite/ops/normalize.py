# SPDX-License-Identifier: MIT
"""L2_NORMALIZATION, LOCAL_RESPONSE_NORMALIZATION, LOG_SOFTMAX and L2_POOL_2D."""

from __future__ import annotations

import numpy as np
import tflite

from npucore.ops import (
    Activation,
    L2Normalize,
    LocalResponse,
    LogSoftmax,
    Mul,
    Op,
    Pooling,
    PoolingType,
    Relu,
    Sqrt,
)
from npucore_tflite.node import Node, Operators
from npucore_tflite.padding import map_size, padding


def l2_normalization(node: Node) -> L2Normalize:
    """L2_NORMALIZATION over the last axis."""
    option = node.options(tflite.L2NormOptions, "FusedActivationFunction")
    if node.activation(option["FusedActivationFunction"]) is not Activation.NONE:
        node.unsupported("a fused activation")
    return node.make(L2Normalize, input=node.input(0))


def local_response(node: Node) -> LocalResponse:
    """LOCAL_RESPONSE_NORMALIZATION over the last axis."""
    options = node.options(
        tflite.LocalResponseNormalizationOptions, "Radius", "Bias", "Alpha", "Beta"
    )
    radius = options["Radius"]
    return node.make(
        LocalResponse,
        input=node.input(0),
        before=radius,
        after=radius - 1,  # its kernel leaves the last neighbour out
        bias=options["Bias"],
        alpha=options["Alpha"],
        beta=options["Beta"],
    )


def log_softmax(node: Node) -> LogSoftmax:
    """LOG_SOFTMAX over the last axis."""
    return node.make(LogSoftmax, input=node.input(0))


def l2_pooling(node: Node) -> Op:
    """L2_POOL_2D: the root of the mean of squares in a window."""
    names = ("Padding", "StrideH", "StrideW", "FilterHeight", "FilterWidth")
    options = node.options(tflite.Pool2DOptions, *names, "FusedActivationFunction")
    x = node.input(0)
    if x.dtype != np.float32:
        node.unsupported(f"a pooling of squares of {x.dtype}")
    stride = (options["StrideH"], options["StrideW"])
    kernel = (options["FilterHeight"], options["FilterWidth"])
    mean = node.emit(
        Pooling,
        "mean",
        type=PoolingType.AVERAGE,
        input=node.emit(Mul, "squares", a=x, b=x),
        kernel=kernel,
        stride=stride,
        padding=padding(node, options["Padding"], map_size(node), kernel, stride),
    )
    activation = node.activation(options["FusedActivationFunction"])
    if activation is Activation.NONE:
        return node.make(Sqrt, input=mean)
    root = node.emit(Sqrt, "root", input=mean)
    return node.make(Relu, input=root, activation=activation)


OPERATORS: Operators = {
    "L2_NORMALIZATION": l2_normalization,
    "L2_POOL_2D": l2_pooling,
    "LOCAL_RESPONSE_NORMALIZATION": local_response,
    "LOG_SOFTMAX": log_softmax,
}

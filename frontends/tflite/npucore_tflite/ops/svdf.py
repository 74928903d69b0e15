# SPDX-License-Identifier: MIT
"""SVDF.

Source: TFLite reference/svdf.h EvalFloatSVDF.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tflite

from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    FullyConnected,
    Mul,
    Op,
    ReduceSum,
    Relu,
    Reshape,
    StridedSlice,
)
from npucore.tensor import Tensor
from npucore_tflite.node import Node, Operators
from npucore_tflite.ops.recurrence import real


def svdf(node: Node) -> Op:
    """A window of past features, weighted in time, summed up by rank."""
    names = ("Rank", "FusedActivationFunction", "AsymmetricQuantizeInputs")
    options = node.options(tflite.SVDFOptions, *names)
    x, features, state = node.input(0), node.input(1), node.input(4)
    times, bias = real(node, node.input(2)), node.optional(3)
    if times is None or x.dtype != np.float32:
        node.unsupported(f"features of {x.dtype}: only floats are read")
    rank, (filters, memory) = options["Rank"], times.shape
    if rank < 1 or filters % rank:
        node.invalid(f"{filters} filters of rank {rank}")
    window = _window(node, x, features, state, memory, bool(options["AsymmetricQuantizeInputs"]))
    flat = (x.shape[0], filters * memory)
    node.states.append((state, node.emit(Reshape, "state", shape=flat, input=window)))
    wide = node.broadcast(times, window.shape)
    weighted = node.emit(Mul, "weighted", a=window, b=wide)
    summed = node.emit(ReduceSum, "summed", input=weighted, axes=(2,), keep_axes=False)
    groups = (x.shape[0], filters // rank, rank)
    apart = node.emit(Reshape, "ranks", shape=groups, input=summed)
    total = node.emit(ReduceSum, "total", input=apart, axes=(2,), keep_axes=False)
    if bias is not None:
        total = node.emit(Add, "biased", a=total, b=node.broadcast(bias, total.shape))
    activation = node.activation(options["FusedActivationFunction"])
    if activation is not Activation.NONE:
        total = node.emit(Relu, "clamped", input=total, activation=activation)
    return node.finish(total)


def _window(
    node: Node, x: Tensor, features: Tensor, state: Tensor, memory: int, asymmetric: bool
) -> Tensor:
    """(B, F, M): what was remembered without its oldest, and the new features."""
    batch, filters = x.shape[0], features.shape[0]
    fields: dict[str, Any] = {"weights": features, "asymmetric_inputs": asymmetric}
    new = node.emit(FullyConnected, "features", shape=(batch, filters), input=x, **fields)
    column = node.emit(Reshape, "newest", shape=(batch, filters, 1), input=new)
    cube = node.emit(Reshape, "memory", shape=(batch, filters, memory), input=state)
    kept = node.emit(
        StridedSlice,
        "kept",
        input=cube,
        begin=(0, 0, 1),
        sizes=(batch, filters, memory - 1),
        strides=(1, 1, 1),
    )
    operands = (kept, column)
    return node.emit(Concatenation, "window", dtype=x.dtype, operands=operands, axis=2)


OPERATORS: Operators = {"SVDF": svdf}

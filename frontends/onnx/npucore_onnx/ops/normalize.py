# SPDX-License-Identifier: MIT
"""Normalizations: of layers, groups, instances, of mean and variance, of the root mean square."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from npucore.ops import Add, Mean, Mul, Normalize, Rsqrt, Subtract
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value

SMALLEST = 1e-9  # what MeanVarianceNormalization adds to the spread, ONNX operator schema


def layer_normalization(node: Node) -> tuple[Value, ...]:
    """The op `normalize` over all axes from one on, then the scale and the bias."""
    result = _over_last(node, centred=True)
    return (result, *_moments(node)) if node.wants(1) or node.wants(2) else (result,)


def _moments(node: Node) -> tuple[Value, Value]:
    """The mean, and 1 divided by the spread, in two passes."""
    x = node.tensor(0)
    axes = tuple(range(node.axis(node.integer("axis", -1), len(x.shape)), len(x.shape)))
    mean = node.emit(Mean, input=x, axes=axes, keep_axes=True)
    (a, b), _ = node.alike(Value.of(x), mean)
    centred = node.emit(Subtract, a=a, b=b).tensor
    squares = node.emit(Mul, a=centred, b=centred).tensor
    variance = node.emit(Mean, input=squares, axes=axes, keep_axes=True).tensor
    epsilon = node.number(node.real("epsilon", 1e-5), variance)
    raised = node.emit(Add, a=variance, b=epsilon).tensor
    return mean, node.emit(Rsqrt, input=raised)


def rms_normalization(node: Node) -> Value:
    """The op `normalize`, not centred, then the scale."""
    return _over_last(node, centred=False)


def _over_last(node: Node, *, centred: bool) -> Value:
    value = node.value(0)
    first = node.axis(node.integer("axis", -1), value.rank)
    axes = range(first, value.rank)
    result = normalized(node, value, axes, node.real("epsilon", 1e-5), centred=centred)
    return affine(node, result, *map(node.optional, (1, 2)))


def instance_normalization(node: Node) -> Value:
    """The op `normalize` over rows and columns, then a scale and a bias for each channel."""
    value = node.value(0)
    if value.rank < 3:
        node.unsupported(f"an operand of shape {value.shape}")
    result = normalized(node, value, range(2, value.rank), node.real("epsilon", 1e-5))
    return affine(node, result, *(_per_channel(node, position, value) for position in (1, 2)))


def group_normalization(node: Node) -> Value:
    """The op `normalize` over groups of channels, then scales and biases.

    Before opset 21 there is one for each group, since then one for each channel.
    """
    value, groups = node.value(0), node.integer("num_groups")
    if value.rank < 2:
        node.unsupported(f"an operand of shape {value.shape}")
    n, channels, *size = value.shape
    node.require(groups >= 1 and channels % groups == 0, f"{groups} groups of {channels} channels")
    inside = (n, groups, channels // groups, *size)
    apart = Value.of(node.assembly.reshaped(node.tensor(0), inside))
    epsilon = node.real("epsilon", 1e-5)
    result = normalized(node, apart, range(2, apart.rank), epsilon)
    if node.opset < 21:
        scales = [_per_channel(node, position, apart) for position in (1, 2)]
        result = affine(node, result, *scales)
        return Value.of(node.assembly.reshaped(result.tensor, value.shape))
    whole = Value.of(node.assembly.reshaped(result.tensor, value.shape))
    return affine(node, whole, *(_per_channel(node, position, whole) for position in (1, 2)))


def mean_variance_normalization(node: Node) -> Value:
    """The op `normalize` over the node's axes."""
    value = node.value(0)
    axes = node.axes(node.integers("axes", [0, 2, 3]), value.rank)
    return normalized(node, value, axes, SMALLEST**2)


def normalized(
    node: Node, value: Value, axes: range | tuple[int, ...], epsilon: float, *, centred: bool = True
) -> Value:
    """*value* normalized over *axes*, which are counted as ONNX has them."""
    places = tuple(sorted(value.order[axis] for axis in axes))
    if not places:
        node.unsupported("a normalization over no axis")
    fields: dict[str, Any] = {"axes": places, "epsilon": epsilon, "centred": centred}
    return node.emit(Normalize, value.order, input=value.tensor, **fields)


def affine(node: Node, value: Value, scale: Value | None, bias: Value | None) -> Value:
    """``value * scale + bias``, broadcast; either may be missing."""
    if scale is not None:
        (a, b), order = node.alike(value, scale)
        value = node.emit(Mul, order, a=a, b=b)
    if bias is not None:
        (a, b), order = node.alike(value, bias)
        value = node.emit(Add, order, a=a, b=b)
    return value


def _per_channel(node: Node, position: int, value: Value) -> Value:
    """An operand (C,) as (C, 1, ...), so that it meets axis 1 of *value*."""
    operand = node.value(position)
    channels = value.shape[1]
    node.require(operand.shape == (channels,), f"{operand.shape} numbers for {channels} channels")
    shape = (channels, *[1] * (value.rank - 2))
    tensor = node.assembly.reshaped(node.tensor(position), shape)
    if tensor.data is not None and tensor.dtype != value.dtype:
        data = np.asarray(tensor.data, value.dtype)
        tensor = dataclasses.replace(tensor, data=data, dtype=value.dtype)
    return Value.of(tensor)


OPERATORS: Operators = {
    "GroupNormalization": group_normalization,
    "InstanceNormalization": instance_normalization,
    "LayerNormalization": layer_normalization,
    "MeanVarianceNormalization": mean_variance_normalization,
    "RMSNormalization": rms_normalization,
}

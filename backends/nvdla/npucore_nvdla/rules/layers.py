# SPDX-License-Identifier: MIT
"""Rules of ops that compute. A rule gives the reason of a refusal in words."""

from __future__ import annotations

import math

import numpy as np

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import (
    Convolution,
    FullyConnected,
    Maximum,
    Mean,
    Minimum,
    Op,
    Pad,
    Padding,
    Pooling,
    PoolingType,
)
from npucore.rewrite.fold import source_and_padding
from npucore.tensor import Tensor
from npucore_nvdla.chip import MOST_KERNEL, MOST_PADDING, MOST_SIDE, MOST_STRIDE
from npucore_nvdla.lower.fully_connected import over
from npucore_nvdla.lower.pooling import by_unit
from npucore_nvdla.lower.sums import steps
from npucore_nvdla.maps import map_shape

MOST_IMAGES = 16  # each is a task of its own


def maps(op: Op, graph: Graph) -> str | None:
    """Maps with elements, of at most 8,192 columns and channels."""
    for tensor in activations(op):
        shape = map_shape(tensor)
        if shape is None:
            return f"{tensor.name} of shape {tensor.shape} is no feature map"
        if max(shape.columns, shape.channels) > MOST_SIDE:
            largest = max(shape.columns, shape.channels)
            return f"{tensor.name} has {largest} columns or channels, at most {MOST_SIDE}"
    return None


def computed(op: Op, graph: Graph) -> str | None:
    """Operands are computed, or come from the caller."""
    constant = next((tensor for tensor in activations(op) if tensor.is_constant), None)
    return None if constant is None else f"{constant.name} is constant"


def one_computed(op: Op, graph: Graph) -> str | None:
    """One operand at least is computed."""
    return "both operands are constant" if all(t.is_constant for t in op.inputs) else None


def images(op: Convolution | Mean | Pad | Pooling, graph: Graph) -> str | None:
    """(N, H, W, C) with at most 16 images of at most 8,192 rows, each a task."""
    tensor = op.inputs[0]
    if len(tensor.shape) != 4:
        return f"{tensor.name} of shape {tensor.shape} is no (N, H, W, C)"
    count, rows = tensor.shape[:2]
    if count > MOST_IMAGES or rows > MOST_SIDE:
        return f"{count} images of {rows} rows, at most {MOST_IMAGES} of {MOST_SIDE}"
    return None


def constant_weights(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Weights are constant bytes; the bias is constant int32."""
    weights, bias = op.weights, op.bias
    if not weights.is_constant or (bias is not None and not bias.is_constant):
        return "weights or bias are computed, not constant"
    if weights.dtype not in (np.int8, np.uint8) or weights.quantization is None:
        return f"weights of {weights.dtype} for an input of {op.input.dtype}"
    if weights.quantization.axis not in (None, 0):
        return f"weights quantized along axis {weights.quantization.axis}"
    if bias is not None and bias.dtype != np.int32:
        return f"a bias of {bias.dtype}"
    return None


def window(op: Convolution, graph: Graph) -> str | None:
    """Kernels to 32 x 32, steps to 8, borders to 31 before the map: their fields hold no more."""
    _, padding = source_and_padding(op, graph)
    return _window(op.kernel, op.stride, padding, op.output)


def _window(
    kernel: tuple[int, int], stride: tuple[int, int], padding: Padding, output: Tensor
) -> str | None:
    stride = steps(stride, output.shape[1:3])
    if max(kernel) > MOST_KERNEL:
        return f"a kernel of {kernel[0]} x {kernel[1]}, at most {MOST_KERNEL}"
    if max(stride) > MOST_STRIDE:
        return f"a stride of {stride[0]} x {stride[1]}, at most {MOST_STRIDE}"
    if max(padding) > MOST_PADDING:
        return f"padding of {tuple(padding)}, at most {MOST_PADDING}"
    return None


def seen(op: Convolution, graph: Graph) -> str | None:
    """Every window has a row and a column of the map in it."""
    _, padding = source_and_padding(op, graph)
    reach = [(k - 1) * d + 1 for k, d in zip(op.kernel, op.dilation, strict=True)]
    beyond = max(padding[:2]) >= reach[0] or max(padding[2:]) >= reach[1]
    return f"padding of {tuple(padding)}, wanted less than the kernel" if beyond else None


def is_dilated(op: Convolution) -> bool:
    return op.dilation != (1, 1)


def dilation(op: Convolution, graph: Graph) -> str | None:
    """Taps at most 32 pixels apart: the field holds no more."""
    most = max(op.dilation)
    return None if most <= MOST_KERNEL else f"a dilation of {most}, at most {MOST_KERNEL}"


def matrix(op: FullyConnected, graph: Graph) -> str | None:
    """A row of the operand is as many pixels as a kernel has, at most 32 x 32."""
    if op.asymmetric_inputs:
        return "its inputs are quantized as it runs"
    if over(op.input, op.weights.shape[1]) is None:
        return f"no kernel takes {op.weights.shape[1]} values of {op.input.shape} at once"
    if max(op.weights.shape) > MOST_SIDE * MOST_KERNEL or op.weights.shape[0] > MOST_SIDE:
        return f"a matrix of {op.weights.shape}"
    return None


def one_quantization(op: Maximum | Minimum, graph: Graph) -> str | None:
    """Operands and result share one quantization."""
    same = all(t.q.same_as(op.output.q) and t.dtype == op.output.dtype for t in op.inputs)
    return None if same else "operands and result differ in quantization"


def is_maximum(op: Pooling) -> bool:
    return op.type is PoolingType.MAX


def is_average(op: Pooling) -> bool:
    return not is_maximum(op)


def largest(op: Pooling, graph: Graph) -> str | None:
    """Windows to 8 x 8, steps to 16, borders to 7; one quantization."""
    if by_unit(op):
        return None
    if not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    return f"windows of {op.kernel}, steps of {op.stride}, padding of {tuple(op.padding)}"


def average(op: Pooling, graph: Graph) -> str | None:
    """By the pooling unit, or as convolutions of ones: kernels to 32 x 32, steps to 8."""
    return None if by_unit(op) else _window(op.kernel, op.stride, op.padding, op.output)


def over_the_edge(op: Pooling) -> bool:
    return is_average(op) and any(op.padding)


def edge(op: Pooling, graph: Graph) -> str | None:
    """A factor for each result, where windows over the edge count fewer values."""
    return None


def whole_map(op: Mean, graph: Graph) -> str | None:
    """Over rows, columns or both of a map, at most 32 of each."""
    if not set(op.axes) <= {1, 2}:
        return f"a mean over axes {op.axes}, not over rows or columns"
    sides = [op.input.shape[axis] for axis in op.axes]
    if max(sides) > MOST_KERNEL:
        return f"a mean over {math.prod(sides)} values, at most {MOST_KERNEL} rows and columns"
    return None


def negative(op: Op, graph: Graph) -> str | None:
    """A stage multiplies what is negative alone."""
    return None

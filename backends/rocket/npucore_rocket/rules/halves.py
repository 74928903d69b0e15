# SPDX-License-Identifier: MIT
"""Rules of ops on real numbers, which the NPU computes with fp16."""

from __future__ import annotations

import numpy as np

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Broadcast,
    Concatenation,
    Convolution,
    Div,
    FullyConnected,
    Mean,
    Op,
    Pad,
    Pooling,
    PoolingType,
    TransposeConvolution,
)
from npucore_rocket.lower.concatenation import along_pixels
from npucore_rocket.lower.half_maps import per_channel
from npucore_rocket.lower.half_windows import LARGEST_AVERAGE, LARGEST_MEAN
from npucore_rocket.lower.halves import CLAMPS
from npucore_rocket.lower.pooling import is_whole

Weighted = Convolution | FullyConnected | TransposeConvolution
MOST_KERNELS = 4096  # rocket hardware reference 8.7
MOST_TAPS, MOST_PADDING, LANES = 31, 15, 8


def real_numbers(op: Op, graph: Graph) -> str | None:
    """Activations are float32, which become fp16 in the NPU's memory."""
    for tensor in activations(op):
        if tensor.dtype != np.float32:
            return f"{tensor.name} is {tensor.dtype}"
    return None


def real_weights(op: Weighted, graph: Graph) -> str | None:
    """Weights and bias are constant float32."""
    for tensor in (op.weights, op.bias):
        if tensor is None:
            continue
        if not tensor.is_constant:
            return "weights or bias are computed, not constant"
        if tensor.dtype != np.float32:
            return f"{tensor.name} is {tensor.dtype}"
    return None


def clamped(op: Op, graph: Graph) -> str | None:
    """ReLU and ReLU6 in the BN stage."""
    activation = getattr(op, "activation", Activation.NONE)
    return None if activation in CLAMPS else f"{activation} behind fp16"


def is_clamped(op: Op) -> bool:
    return getattr(op, "activation", Activation.NONE) is not Activation.NONE


def whole_windows(op: Pooling, graph: Graph) -> str | None:
    """Windows inside the map; averages of kernels to 31 x 31, of whole maps to 833 x 833."""
    if any(op.padding):
        return f"padding of {max(op.padding)} around a pool"
    if is_whole(op) and max(op.kernel) <= LARGEST_MEAN:
        return None
    if op.type is PoolingType.AVERAGE and max(op.kernel) > MOST_TAPS:
        return f"an average of {op.kernel[0]} x {op.kernel[1]}, at most {MOST_TAPS} x {MOST_TAPS}"
    return None


def is_largest(op: Pooling) -> bool:
    """An average of windows larger than ran, unless they are the whole map."""
    return op.type is PoolingType.AVERAGE and max(op.kernel) > LARGEST_AVERAGE and not is_whole(op)


def whole_map(op: Mean, graph: Graph) -> str | None:
    """The mean over all rows and columns of a map of at most 833 x 833, in up to three steps."""
    if len(op.input.shape) != 4 or op.axes != (1, 2):
        return f"a mean over axes {op.axes} of shape {op.input.shape}"
    if max(op.input.shape[1:3]) > (most := LARGEST_MEAN):
        size = f"{op.input.shape[1]} x {op.input.shape[2]}"
        return f"a mean over {size}, at most {most} x {most}"
    return None


def one_pixel_for_all(op: Broadcast, graph: Graph) -> str | None:
    """One number of each channel, for all pixels of a map."""
    if len(op.output.shape) != 4 or op.output.shape[0] != 1:
        return f"a result of shape {op.output.shape}, wanted one map"
    if op.input.elements != op.input.shape[-1] or op.input.shape[-1] != op.output.shape[-1]:
        return f"{op.input.shape} for {op.output.shape}, wanted a number for each channel"
    return None


def zeros_behind(op: Pad, graph: Graph) -> str | None:
    """Real 0 around rows and columns, to 15 each, and behind channels."""
    if op.value is not None and op.value != 0:
        return f"it pads with {op.value}"
    ends = (op.before[0], op.after[0], op.before[-1])
    if len(op.before) != 4 or any(ends) or min(*op.before, *op.after) < 0:
        return f"padding of {op.before} and {op.after}"
    most = max(*op.before[1:3], *op.after[1:3])
    return None if most <= MOST_PADDING else f"padding of {most}, at most {MOST_PADDING}"


def channels_at_atoms(op: Concatenation, graph: Graph) -> str | None:
    """Pixels of maps, or channels, each operand but the last of whole atoms: multiples of 8."""
    if op.activation is not Activation.NONE:
        return f"{op.activation} behind it"
    if along_pixels(op):
        return None
    if op.axis != len(op.output.shape) - 1:
        return f"a concatenation along axis {op.axis}, wanted channels"
    sizes = [operand.shape[-1] for operand in op.operands]
    if any(size % LANES for size in sizes[:-1]):
        return f"operands of {sizes} channels, wanted multiples of {LANES} before the last"
    return None


def within_a_table(op: Op, graph: Graph) -> str | None:
    """A table from -11 to 11: off by 0.0005, `tanh` and `erf` by 0.001, GELU by 0.0008 of x."""
    return None


def product_with_a_gate(op: Op, graph: Graph) -> str | None:
    """A clamped line, or a look-up, and its product with the map."""
    return None


def divided_by_constants(op: Div, graph: Graph) -> str | None:
    """By a number for each channel: a product with one by it."""
    if op.a.is_constant or op.b.data is None:
        return "the divisor is computed"
    if per_channel(op.b.data, op.output.shape[-1]) is None:
        return "the divisor varies from pixel to pixel"
    return None


def few_kernels(op: Weighted, graph: Graph) -> str | None:
    """At most 4096 kernels: after more, a core hung in its next job."""
    kernels = op.weights.shape[0]
    return None if kernels <= MOST_KERNELS else f"{kernels} kernels, at most {MOST_KERNELS}"

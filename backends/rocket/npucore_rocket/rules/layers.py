# SPDX-License-Identifier: MIT
"""Rules of ops that become a run of the convolution engine.

Limits are those of the fields (rocket hardware reference 5.12).
"""

from __future__ import annotations

import math

import numpy as np

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import (
    Add,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pooling,
    PoolingType,
    Quantize,
    TransposeConvolution,
)
from npucore.quantize import inner_bounds, stored_range
from npucore_rocket.lower.activation import Activated
from npucore_rocket.maps import map_shape

LEAST_ADDEND_PIXELS = 12
LARGEST_KERNEL_BYTES = (1 << 19) - 1
DILATION_THAT_RAN = 17  # facts of 2026-11, A10
CHANNELS_THAT_RAN, DEPTHWISE_CHANNELS_THAT_RAN = 4096, 1792  # facts of 2026-11, A4


Weighted = Convolution | FullyConnected | TransposeConvolution
DENSE = (Add, FullyConnected, Convolution, TransposeConvolution)


def has_many_channels(op: Op) -> bool:
    """More than anybody ran; averages and requantisations are depthwise layers."""
    dense = isinstance(op, DENSE) and not is_depthwise(op)
    most = CHANNELS_THAT_RAN if dense else DEPTHWISE_CHANNELS_THAT_RAN
    return any(tensor.shape[-1] > most for tensor in activations(op))


def is_depthwise(op: Op) -> bool:
    """Whether the op is a depthwise convolution as the chip has them."""
    return isinstance(op, Convolution) and op.depthwise and op.output.shape[3] == op.input.shape[3]


def many_channels(op: Op, graph: Graph) -> str | None:
    """More than 4096 channels, 1792 of depthwise layers, to 8192: within their fields."""
    return None


def computed(op: Op, graph: Graph) -> str | None:
    """Operands are computed, or come from the caller."""
    constant = next((tensor for tensor in activations(op) if tensor.is_constant), None)
    return None if constant is None else f"{constant.name} is constant"


def single(op: Convolution | Mean | Pooling | TransposeConvolution, graph: Graph) -> str | None:
    """Batches of one: the chip has no such axis."""
    for tensor in activations(op):
        if len(tensor.shape) == 4 and tensor.shape[0] != 1:
            return f"{tensor.name} of shape {tensor.shape} is no single feature map"
    return None


def constant_weights(op: Weighted, graph: Graph) -> str | None:
    """Weights are constant bytes; the bias is constant int32."""
    weights = op.weights
    if not weights.is_constant or (op.bias is not None and not op.bias.is_constant):
        return "weights or bias are computed, not constant"
    if weights.dtype not in (np.int8, np.uint8) or weights.quantization is None:
        return f"weights of {weights.dtype} for an input of {op.input.dtype}"
    if weights.quantization.axis not in (None, 0):
        return f"weights quantized along axis {weights.quantization.axis}"
    if op.bias is not None and op.bias.dtype != np.int32:
        return f"a bias of {op.bias.dtype}"
    return None


def has_channel_scales(op: Weighted) -> bool:
    return op.weights.quantization is not None and op.weights.quantization.axis is not None


def scale_per_channel(op: Weighted, graph: Graph) -> str | None:
    """A scale for each output channel, and perhaps a zero point, by the BS stage's stream."""
    return None


def clamps_below(op: Activated) -> bool:
    return inner_bounds(op.activation, op.output)[0] is not None


def clamps_above(op: Activated) -> bool:
    return inner_bounds(op.activation, op.output)[1] is not None


def clamp_below(op: Activated, graph: Graph) -> str | None:
    """ReLU at real 0 inside the range of the output; at its end saturation does it."""
    low, _ = inner_bounds(op.activation, op.output)
    if low == int(op.output.q.zero_point):
        return None
    return f"{op.activation} clamps at {low}, not at real 0, inside the range of its output"


def clamp_above(op: Activated, graph: Graph) -> str | None:
    """ReLUX inside the range of the output, with ReLU below, where nothing is added."""
    low, high = inner_bounds(op.activation, op.output)
    bottom = stored_range(op.output.dtype)[0] if low is None else low
    if isinstance(op, Add) or bottom != int(op.output.q.zero_point):
        return f"{op.activation} clamps at {high}, inside the range of its output"
    return None


def large_window(op: Convolution | FullyConnected | Mean | Pooling, graph: Graph) -> str | None:
    """Kernels above 5 x 5, strides above 2: ran with fp16, the self-test asks in int8."""
    return None


def large_window_of_many_channels(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Kernels above 5 x 5 over more than 64 channels: one party's board hung, with fp16."""
    return None


def largest_window(op: Convolution | FullyConnected | Mean | Pooling, graph: Graph) -> str | None:
    """Kernels above 17 or padding above 6, within the limits of their fields."""
    return None


def dilation(op: Convolution, graph: Graph) -> str | None:
    """Taps of a kernel up to 17 pixels apart, in steps of one pixel."""
    if max(op.stride) > 1:
        return f"a dilation with a stride of {op.stride[0]} x {op.stride[1]}"
    if max(op.dilation) <= DILATION_THAT_RAN:
        return None
    apart = f"{op.dilation[0]} x {op.dilation[1]}"
    return f"a dilation of {apart}, at most {DILATION_THAT_RAN}"


def is_dilated(op: Convolution) -> bool:
    return any(d > 1 < taps for d, taps in zip(op.dilation, op.kernel, strict=True))


def kernel_bytes(op: Weighted, graph: Graph) -> str | None:
    """At most 524,287 bytes of weights for each output channel."""
    size = math.prod(op.weights.shape[1:]) * (op.groups if isinstance(op, Convolution) else 1)
    return None if size <= LARGEST_KERNEL_BYTES else f"{size} bytes of weights for one channel"


def kernels_in_turns(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Half a group of kernels at a time, where a group of 32 and its rows exceed the CBUF."""
    return None


def same_shapes(op: Add, graph: Graph) -> str | None:
    """Maps of two different tensors: an identity convolution, the other fused into it.

    Its weights have the zero point that averages have; no captured addition has that one.
    """
    return "both operands are one tensor" if op.a is op.b else None


def addend_stride(op: Add, graph: Graph) -> str | None:
    """Maps of 12 pixels and more: Mesa raises a smaller addend's stride, nobody says why."""
    shape = map_shape(op.output)
    if shape is None or shape.pixels >= LEAST_ADDEND_PIXELS:
        return None
    return f"a map of {shape.pixels} pixels, at least {LEAST_ADDEND_PIXELS}"


def is_average(op: Op) -> bool:
    return not isinstance(op, Pooling) or op.type is PoolingType.AVERAGE


def is_maximum(op: Op) -> bool:
    return not is_average(op)


def average(op: Pooling, graph: Graph) -> str | None:
    """Averages as depthwise convolutions; over the edge, one for each number of values."""
    if op.input.q.same_as(op.output.q):
        return None
    return "input and output differ in quantization"


def over_the_edge(op: Pooling) -> bool:
    return is_average(op) and any(op.padding)


def maximum(op: Pooling, graph: Graph) -> str | None:
    """The larger one of a map and the map shifted, until all of a window has been met.

    The PPU would do it at once, but its interrupt is not seen by mainline's driver.
    """
    if not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    if inner_bounds(op.activation, op.output) != (None, None):
        return f"{op.activation} behind a maximum"
    return None


def maximum_of_halves(op: Pooling, graph: Graph) -> str | None:
    """The larger one of a map of fp16 and the map shifted, until all of a window has been met."""
    return None


def pooling_unit(op: Pooling, graph: Graph) -> str | None:
    """The PPU: windows to 8 x 8 over maps so narrow that it does not hang, where its end is heard.

    Mainline's driver does not hear it; two patched ones do, and are told apart by a probe.
    """
    return maximum(op, graph) if is_maximum(op) else "it is no maximum"


def one_tap(op: Quantize, graph: Graph) -> str | None:
    """A change of quantization is a depthwise convolution of one tap: it always goes."""
    return None

# SPDX-License-Identifier: MIT
"""Rules of ops that become a run of the convolution engine.

Limits are those of the fields (rocket hardware reference 5.12).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
)
from npucore.quantize import inner_bounds, stored_range
from npucore.rewrite.fold import source_and_padding
from npucore_rocket.chip import MAINLINE, Chip
from npucore_rocket.lower import fully_connected
from npucore_rocket.lower.activation import Activated
from npucore_rocket.lower.fully_connected import LARGEST_KERNEL, LARGEST_STRIDE, Window
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import together

LARGEST_SIDE = 2047
LARGEST_CHANNELS = 8192
LEAST_ADDEND_PIXELS = 12
LARGEST_PADDING = 15
LARGEST_KERNEL_BYTES = (1 << 19) - 1
KERNEL_OF_INT8, STRIDE_OF_INT8 = 5, 2  # in Mesa's captured streams
CHANNELS_OF_LARGE_KERNELS = 64
CHANNELS_THAT_RAN, DEPTHWISE_CHANNELS_THAT_RAN = 4096, 1792  # facts of 2026-11, A4
KERNEL_THAT_RAN, PADDING_THAT_RAN = 17, 6  # the reference's column "run"

Windowed = Convolution | FullyConnected | Mean | Pooling


def maps(op: Op, graph: Graph) -> str | None:
    """Activations are single maps of at most 2047 x 2047 x 8192."""
    for tensor in activations(op):
        shape = map_shape(tensor)
        if shape is None:
            return f"{tensor.name} of shape {tensor.shape} is no single feature map"
        if max(shape[:2]) > LARGEST_SIDE or shape.channels > LARGEST_CHANNELS:
            return f"{tensor.name} of shape {tensor.shape} is beyond 2047 x 2047 x 8192"
    return None


def has_many_channels(op: Op) -> bool:
    """More than anybody ran; averages and requantisations are depthwise layers."""
    dense = isinstance(op, Add | FullyConnected | Convolution) and not is_depthwise(op)
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


def single(op: Convolution | Mean | Pooling, graph: Graph) -> str | None:
    """Batches of one: the chip has no such axis."""
    for tensor in activations(op):
        if len(tensor.shape) == 4 and tensor.shape[0] != 1:
            return f"{tensor.name} of shape {tensor.shape} is no single feature map"
    return None


def rows_of_pixels(op: FullyConnected, graph: Graph) -> str | None:
    """A row of the matrix is a pixel, or several one behind the other: kernels to 31 x 31.

    Rows of several pixels each have kernels of at most 7 x 31, which stand side by side.
    """
    if fully_connected.window(op.input, op.weights.shape[1]) is not None:
        return None
    return f"no kernel brings {op.weights.shape[1]} values of {op.input.shape} together"


def constant_weights(op: Convolution | FullyConnected, graph: Graph) -> str | None:
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


def has_channel_scales(op: Convolution | FullyConnected) -> bool:
    return op.weights.quantization is not None and op.weights.quantization.axis is not None


def scale_per_channel(op: Convolution | FullyConnected, graph: Graph) -> str | None:
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


def window(op: Convolution | Pooling, graph: Graph) -> str | None:
    """Kernels to 31 x 31, strides to 7, padding to 15 on every side."""
    if max(op.kernel) > LARGEST_KERNEL:
        return f"a kernel of {op.kernel[0]} x {op.kernel[1]}, at most 31 x 31"
    whole = isinstance(op, Pooling) and tuple(op.kernel) == op.input.shape[1:3]
    if max(op.stride) > LARGEST_STRIDE and not whole:
        return f"a stride of {op.stride[0]} x {op.stride[1]}, at most 7"
    padding = source_and_padding(op, graph)[1] if isinstance(op, Convolution) else op.padding
    if max(padding) > LARGEST_PADDING:
        return f"padding of {max(padding)}, at most 15"
    return None


def is_large(op: Windowed) -> bool:
    kernel, stride, _ = _extent(op)
    return kernel > KERNEL_OF_INT8 or stride > STRIDE_OF_INT8


def large_window(op: Windowed, graph: Graph) -> str | None:
    """Kernels above 5 x 5, strides above 2: ran with fp16, the self-test asks in int8."""
    return None


def is_large_of_many_channels(op: Convolution | FullyConnected) -> bool:
    many = op.input.shape[-1] > CHANNELS_OF_LARGE_KERNELS and not is_depthwise(op)
    return many and _extent(op)[0] > KERNEL_OF_INT8


def large_window_of_many_channels(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Kernels above 5 x 5 over more than 64 channels: one party's board hung, with fp16."""
    return None


def is_largest(op: Windowed) -> bool:
    kernel, _, padding = _extent(op)
    return kernel > KERNEL_THAT_RAN or padding > PADDING_THAT_RAN


def largest_window(op: Windowed, graph: Graph) -> str | None:
    """Kernels above 17 or padding above 6, within the limits of their fields."""
    return None


def _window(op: FullyConnected) -> Window:
    over = fully_connected.window(op.input, op.weights.shape[1])
    return op.invalid("no kernel goes over its input") if over is None else over


def _extent(op: Windowed) -> tuple[int, int, int]:
    """The largest of kernel, stride and padding."""
    if isinstance(op, Mean):
        return max(op.input.shape[1:3]), 1, 0
    if isinstance(op, FullyConnected):
        over = _window(op)
        return max(over.kernel), max(over.stride), 0
    stride = 1 if tuple(op.kernel) == op.input.shape[1:3] else max(op.stride)
    return max(op.kernel), stride, max(op.padding)


def no_dilation(op: Convolution, graph: Graph) -> str | None:
    """No dilation: its registers are known from text and another chip only."""
    return None if op.dilation == (1, 1) else f"a dilation of {op.dilation[0]} x {op.dilation[1]}"


def kernel_bytes(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """At most 524,287 bytes of weights for each output channel."""
    size = math.prod(op.weights.shape[1:]) * (op.groups if isinstance(op, Convolution) else 1)
    return None if size <= LARGEST_KERNEL_BYTES else f"{size} bytes of weights for one channel"


@dataclass(frozen=True, slots=True)
class Limits:
    """What depends on the chip."""

    chip: Chip

    def in_turns(self, op: Convolution | FullyConnected) -> bool:
        kernels = op.weights.shape[0]
        if isinstance(op, FullyConnected):
            over = _window(op)
            return not together(over.source, over.kernel, kernels, self.chip)
        if op.depthwise and op.output.shape[3] == op.input.shape[3]:
            return False
        return not together(MapShape(*op.input.shape[1:]), op.kernel, kernels, self.chip)


def kernels_in_turns(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """16 kernels at a time, where 32 and the rows under them exceed the CBUF's 384 KiB."""
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


def average(op: Pooling, graph: Graph) -> str | None:
    """Average over windows that lie inside the map, as a depthwise convolution."""
    if op.type is PoolingType.MAX:
        if not MAINLINE.ppu_interrupt:
            return f"max pooling runs on the PPU, whose interrupt {MAINLINE.name} never unmasks"
        return "max pooling runs on the PPU, for which nothing is lowered yet"
    if any(op.padding):
        return f"windows over the edge ({tuple(op.padding)}) have fewer values to average"
    if not op.input.q.same_as(op.output.q):
        return "input and output differ in quantization"
    return None


def one_tap(op: Quantize, graph: Graph) -> str | None:
    """A change of quantization is a depthwise convolution of one tap: it always goes."""
    return None


def whole_map(op: Mean, graph: Graph) -> str | None:
    """The mean over all rows and columns of a map of at most 31 x 31."""
    if len(op.input.shape) != 4 or op.axes != (1, 2):
        return f"a mean over axes {op.axes} of shape {op.input.shape}"
    if max(op.input.shape[1:3]) > LARGEST_KERNEL:
        return f"a mean over {op.input.shape[1]} x {op.input.shape[2]}, at most 31 x 31"
    return None

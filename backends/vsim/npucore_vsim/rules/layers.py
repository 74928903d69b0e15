# SPDX-License-Identifier: MIT
"""Rules of ops that become jobs. Limits are those of the descriptors' fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import (
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pooling,
    PoolingType,
)
from npucore.rewrite.fold import source_and_padding
from npucore.tensor import Tensor
from npucore_vsim.alias import LARGEST_OFFSET
from npucore_vsim.chip import Chip
from npucore_vsim.lower import fully_connected
from npucore_vsim.lower.average import planes_of_maps
from npucore_vsim.lower.constant import BINARY, has_constant
from npucore_vsim.lower.groups import FINENESS
from npucore_vsim.lower.pooling import LARGEST_WINDOW
from npucore_vsim.maps import MapShape, map_shape
from npucore_vsim.rows import LARGEST_SIDE

LARGEST_CHANNELS = 16383
BYTES = (np.int8, np.uint8)
KERNELS_SEEN = 4  # of one core in the vendor's V8 streams, all in one superblock
MOST_DENSE_WEIGHTS = 1 << 25  # the largest of MobileDet's has 23 million


def images(op: Op, graph: Graph) -> str | None:
    """Activations are single maps of at most 8191 x 8191 x 16383."""
    for tensor in activations(op):
        shape = map_shape(tensor)
        if shape is None:
            return f"{tensor.name} of shape {tensor.shape} is no single feature map"
        if max(shape[:2]) > LARGEST_SIDE or shape.channels > LARGEST_CHANNELS:
            return f"{tensor.name} of shape {tensor.shape} is beyond 8191 x 8191 x 16383"
    return None


def filled(op: Op, graph: Graph) -> str | None:
    """Operands are computed, or a constant of one value beside one that is; none is empty."""
    one_value = isinstance(op, BINARY) and has_constant(op)
    for tensor in activations(op):
        if tensor.is_constant and not one_value:
            return f"{tensor.name} is constant"
        if not tensor.elements:
            return f"{tensor.name} has no elements"
    return None


def clamped(op: Op, graph: Graph) -> str | None:
    """Activations that clamp elsewhere than at real 0: look-ups behind the layer, one a bound."""
    return None


def looked_up(op: Op, graph: Graph) -> str | None:
    """A function of each byte: a table that comes within 1 of it for all 256.

    That its address counts bytes follows from the fields beside it (`paper`).
    """
    return None


def constant_weights(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """Weights are constant bytes, which the NPU reads as unsigned; the bias is constant int32."""
    weights = op.weights
    if not weights.is_constant or (op.bias is not None and not op.bias.is_constant):
        return "weights or bias are computed, not constant"
    if weights.dtype not in BYTES or weights.quantization is None:
        return f"weights of {weights.dtype}"
    if op.bias is not None and op.bias.dtype != np.int32:
        return f"a bias of {op.bias.dtype}"
    return None


def has_scales(op: Convolution | FullyConnected) -> bool:
    """Whether channels of the weights have scales of their own."""
    return op.weights.quantization is not None and op.weights.q.axis is not None


def most_kernels(op: Convolution | FullyConnected) -> int:
    """How many a job may have, those for the segments of channels with scales of their own too."""
    if not has_scales(op):
        return op.weights.shape[0]
    scales = op.weights.q.scale.astype(np.float64)
    return int(np.ceil(FINENESS[-1] * scales.max() / scales).sum())


def scale_per_channel(op: Convolution | FullyConnected, graph: Graph) -> str | None:
    """A scale for each output channel, and one zero point: jobs of one scale, and their sums.

    Option per_channel=requantize takes one job instead, and is lossy.
    """
    if op.weights.q.axis != 0:
        return f"its weights have a scale along axis {op.weights.q.axis}, not of the outputs"
    if np.ptp(op.weights.q.zero_point):
        return "its weights have a zero point for each channel, the NPU one for all"
    return None


def is_unusual(op: Convolution) -> bool:
    rows, columns = op.kernel
    return rows != columns or rows > 5 or max(op.padding) > 2


def no_dilation(op: Convolution, graph: Graph) -> str | None:
    """No dilation: the descriptor has none."""
    return None if op.dilation == (1, 1) else f"a dilation of {op.dilation[0]} x {op.dilation[1]}"


def is_average(op: Pooling) -> bool:
    return op.type is PoolingType.AVERAGE


def is_maximum(op: Pooling) -> bool:
    return op.type is PoolingType.MAX


def largest(op: Pooling, graph: Graph) -> str | None:
    """The largest of square windows, by ones or twos."""
    if op.kernel[0] != op.kernel[1] or op.kernel[0] < 2:
        return f"a maximum of {op.kernel[0]} x {op.kernel[1]}, wanted a square"
    one = op.output.shape[1:3] == (1, 1)
    if op.stride not in ((1, 1), (2, 2)) and not one:
        return f"a stride of {op.stride[0]} x {op.stride[1]}, wanted 1 or 2"
    return None if op.input.q.same_as(op.output.q) else "input and output differ in quantization"


def is_composed(op: Pooling) -> bool:
    """Whether a maximum is made of several of 3 x 3 by twos, or has padding."""
    by_two = op.stride == (2, 2) and op.kernel[0] <= LARGEST_WINDOW
    return is_maximum(op) and (not by_two or any(op.padding))


def composed(op: Pooling, graph: Graph) -> str | None:
    """Larger windows as maxima of maxima; by ones as four pools by twos; padding as the lowest."""
    return None


@dataclass(frozen=True, slots=True)
class Limits:
    """Rules that depend on the chip."""

    chip: Chip

    def window(self, op: Convolution, graph: Graph) -> str | None:
        """Strides of 1 and 2, or a single result; kernels to the chip's largest, padding to 8."""
        if op.stride not in ((1, 1), (2, 2)) and op.output.shape[1:3] != (1, 1):
            return f"a stride of {op.stride[0]} x {op.stride[1]}, wanted 1 or 2"
        if max(op.kernel) > self.chip.largest_kernel:
            return f"a kernel of {max(op.kernel)}, at most {self.chip.largest_kernel}"
        _, padding = source_and_padding(op, graph)
        if max(padding.top, padding.left) > LARGEST_OFFSET:
            return f"padding of {max(padding)}, at most {LARGEST_OFFSET}"
        return None

    def unusual_window(self, op: Convolution, graph: Graph) -> str | None:
        """Kernels above 5 x 5 or not square, padding above 2: the fields are the same."""
        return None

    def rows(self, op: FullyConnected, graph: Graph) -> str | None:
        """One row of values, or several as pixels of an image of 8191 x 8191 x 16383."""
        image, outputs = fully_connected.image_of(op, self.chip), op.weights.shape[0]
        if max(image[:2]) > LARGEST_SIDE or max(image.channels, outputs) > LARGEST_CHANNELS:
            return f"{outputs} kernels over {tuple(image)}, at most 8191 x 8191 x 16383"
        return None

    def has_many_kernels(self, op: Convolution | FullyConnected) -> bool:
        return self.chip.generation == 8 and most_kernels(op) > KERNELS_SEEN * self.chip.cores

    def many_kernels(self, op: Convolution | FullyConnected, graph: Graph) -> str | None:
        """On V8, more than 4 kernels for a core: in superblocks, which stand as V7 has them."""
        return None

    def dense_weights(self, op: Convolution | Pooling, graph: Graph) -> str | None:
        """Not more than 33 million weights where kernels that read one channel have to be dense."""
        inputs, outputs = op.input.shape[3], op.output.shape[3]
        if isinstance(op, Convolution):
            return self._dense(outputs, inputs, op.kernel) if op.groups > 1 else None
        if op.type is PoolingType.MAX:
            return None
        if op.output.shape[1:3] == (1, 1):
            return self._dense_over_map(op.input, op.kernel)
        return self._dense(outputs, inputs, op.kernel)

    def _dense_over_map(self, tensor: Tensor, kernel: tuple[int, int]) -> str | None:
        planes = planes_of_maps(MapShape(*tensor.shape[1:]))
        return self._dense(planes, planes, kernel)

    def _dense(self, kernels: int, channels: int, kernel: tuple[int, int]) -> str | None:
        weights = kernels * channels * kernel[0] * kernel[1]
        if self.chip.depthwise or weights <= MOST_DENSE_WEIGHTS:
            return None
        return f"{self.chip.name} needs {weights:,} dense weights, at most {MOST_DENSE_WEIGHTS:,}"

    def average(self, op: Pooling, graph: Graph) -> str | None:
        """Averages over windows inside the map, with a stride of 1 or 2."""
        if any(op.padding):
            return f"windows over the edge ({tuple(op.padding)}) have fewer values to average"
        if max(op.kernel) > self.chip.largest_kernel:
            return f"a window of {max(op.kernel)}, at most {self.chip.largest_kernel}"
        whole = op.output.shape[1:3] == (1, 1)
        if op.stride not in ((1, 1), (2, 2)) and not whole:
            return f"a stride of {op.stride[0]} x {op.stride[1]}, wanted 1 or 2"
        return (
            None if op.input.q.same_as(op.output.q) else "input and output differ in quantization"
        )

    def whole_map(self, op: Mean, graph: Graph) -> str | None:
        """The mean over all rows and columns of a map as large as a kernel may be."""
        if len(op.input.shape) != 4 or op.axes != (1, 2):
            return f"a mean over axes {op.axes} of shape {op.input.shape}"
        if max(op.input.shape[1:3]) > self.chip.largest_kernel:
            return f"a mean over {op.input.shape[1:3]}, at most {self.chip.largest_kernel}"
        return self._dense_over_map(op.input, (op.input.shape[1], op.input.shape[2]))

# SPDX-License-Identifier: MIT
"""Rules of which the chip says how far they go: sizes of maps, windows and the CBUF."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import (
    Add,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pooling,
    TransposeConvolution,
)
from npucore.rewrite.fold import source_and_padding
from npucore_rocket.chip import Chip
from npucore_rocket.lower import fully_connected, pooling, transpose_convolution
from npucore_rocket.lower.fully_connected import Window
from npucore_rocket.lower.interleave import SPREADS
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import together
from npucore_rocket.rules.layers import is_average, is_depthwise, is_maximum

KERNEL_OF_INT8, STRIDE_OF_INT8 = 5, 2  # in Mesa's captured streams
CHANNELS_OF_LARGE_KERNELS = 64
KERNEL_THAT_RAN, PADDING_THAT_RAN = 17, 6  # the reference's column "run"

Windowed = Convolution | FullyConnected | Mean | Pooling


@dataclass(frozen=True, slots=True)
class Limits:
    """Those of a *chip*."""

    chip: Chip

    def maps(self, op: Op, graph: Graph) -> str | None:
        """Activations are single maps of at most 2047 x 2047 x 8192."""
        most = self.chip.limits
        for tensor in activations(op):
            shape = map_shape(tensor)
            if shape is None:
                return f"{tensor.name} of shape {tensor.shape} is no single feature map"
            if max(shape[:2]) > most.side or shape.channels > most.channels:
                beyond = f"{most.side} x {most.side} x {most.channels}"
                return f"{tensor.name} of shape {tensor.shape} is beyond {beyond}"
        return None

    def rows_of_pixels(self, op: FullyConnected, graph: Graph) -> str | None:
        """A row of the matrix is a pixel, or several one behind the other: kernels to 31 x 31.

        Rows of several pixels each have kernels of at most 7 x 31, which stand side by side.
        """
        if fully_connected.window(op.input, op.weights.shape[1], self.chip) is not None:
            return None
        return f"no kernel brings {op.weights.shape[1]} values of {op.input.shape} together"

    def window(self, op: Convolution | Pooling, graph: Graph) -> str | None:
        """Kernels to 31 x 31, strides to 7, padding to 15 on every side; maximums of any size.

        One window as large as the map goes in two steps, to 217 x 217.
        """
        most = self.chip.limits
        whole = isinstance(op, Pooling) and pooling.is_whole(op)
        at_most = most.kernel * most.stride if whole else most.kernel
        if max(op.kernel) > at_most and not is_maximum(op):
            size = f"{op.kernel[0]} x {op.kernel[1]}"
            return f"a kernel of {size}, at most {at_most} x {at_most}"
        if max(op.stride) > most.stride and not whole:
            return f"a stride of {op.stride[0]} x {op.stride[1]}, at most {most.stride}"
        padding = source_and_padding(op, graph)[1] if isinstance(op, Convolution) else op.padding
        if max(padding) > most.padding:
            return f"padding of {max(padding)}, at most {most.padding}"
        return None

    def whole_map(self, op: Mean, graph: Graph) -> str | None:
        """The mean over all rows and columns of a map of at most 217 x 217."""
        most = self.chip.limits.kernel * self.chip.limits.stride
        if len(op.input.shape) != 4 or op.axes != (1, 2):
            return f"a mean over axes {op.axes} of shape {op.input.shape}"
        if max(op.input.shape[1:3]) > most:
            size = f"{op.input.shape[1]} x {op.input.shape[2]}"
            return f"a mean over {size}, at most {most} x {most}"
        if self._in_two(op) and op.input.q.scale > op.output.q.scale:
            return "a mean in two steps to a finer scale, which would show their roundings"
        return None

    def _in_two(self, op: Mean) -> bool:
        return max(op.input.shape[1:3]) > self.chip.limits.kernel

    def transposed(self, op: TransposeConvolution, graph: Graph) -> str | None:
        """A chip that does it, by 1, 2, 4 or 8; cuts and additions fit a padding."""
        if not self.chip.spread_pixels:
            return f"how the {self.chip.name.upper()} transposes kernels is not known"
        if not set(op.stride) <= set(SPREADS):
            return f"a stride of {op.stride[0]} x {op.stride[1]}, wanted 1, 2, 4 or 8"
        blocks = op.weights.shape[0] * op.stride[0] * op.stride[1]
        if blocks > self.chip.limits.channels:
            return f"{blocks} channels for a block, at most {self.chip.limits.channels}"
        for axis in transpose_convolution.axes(op):
            if not 0 <= axis.padding <= self.chip.limits.padding:
                return f"padding of {axis.padding}, wanted 0 to {self.chip.limits.padding}"
            if axis.taps > self.chip.limits.kernel:
                return f"{axis.taps} taps for one place, at most {self.chip.limits.kernel}"
        return None

    def addend_of_both_readers(self, op: Add, graph: Graph) -> str | None:
        """Both readers of the DPU fetch the addend, whose surfaces they take in turns."""
        if self.chip.alternating_addend:
            return None
        return f"the {self.chip.name.upper()} fetches an addend in a way that is not lowered yet"

    def is_large(self, op: Windowed) -> bool:
        if not is_average(op):
            return False
        kernel, stride, _ = self._extent(op)
        return kernel > KERNEL_OF_INT8 or stride > STRIDE_OF_INT8

    def is_large_of_many_channels(self, op: Convolution | FullyConnected) -> bool:
        many = op.input.shape[-1] > CHANNELS_OF_LARGE_KERNELS and not is_depthwise(op)
        return many and self._extent(op)[0] > KERNEL_OF_INT8

    def is_largest(self, op: Windowed) -> bool:
        if not is_average(op):
            return False
        kernel, _, padding = self._extent(op)
        return kernel > KERNEL_THAT_RAN or padding > PADDING_THAT_RAN

    def in_turns(self, op: Convolution | FullyConnected) -> bool:
        kernels = op.weights.shape[0]
        if isinstance(op, FullyConnected):
            over = self._window(op)
            return not together(over.source, over.kernel, kernels, self.chip)
        if is_depthwise(op):
            return False
        return not together(MapShape(*op.input.shape[1:]), op.kernel, kernels, self.chip)

    def _window(self, op: FullyConnected) -> Window:
        over = fully_connected.window(op.input, op.weights.shape[1], self.chip)
        return op.invalid("no kernel goes over its input") if over is None else over

    def _extent(self, op: Windowed) -> tuple[int, int, int]:
        """The largest of kernel, stride and padding."""
        if isinstance(op, Mean) or (isinstance(op, Pooling) and pooling.is_whole(op)):
            return max(map(self._last_kernel, op.input.shape[1:3])), 1, 0
        if isinstance(op, FullyConnected):
            over = self._window(op)
            return max(over.kernel), max(over.stride), 0
        stride = 1 if tuple(op.kernel) == op.input.shape[1:3] else max(op.stride)
        return max(op.kernel), stride, max(op.padding)

    def _last_kernel(self, size: int) -> int:
        """Of an average over so many rows, in one step or two."""
        first = -(-size // self.chip.limits.kernel)
        return -(-size // first)

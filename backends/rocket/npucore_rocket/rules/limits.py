# SPDX-License-Identifier: MIT
"""Rules of which the chip says how far they go: sizes of maps, windows and the CBUF."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import Add, Convolution, FullyConnected, Mean, Op, Pooling
from npucore.rewrite.fold import source_and_padding
from npucore_rocket.chip import Chip
from npucore_rocket.lower import fully_connected
from npucore_rocket.lower.fully_connected import Window
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import together
from npucore_rocket.rules.layers import is_depthwise

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
        """Kernels to 31 x 31, strides to 7, padding to 15 on every side."""
        most = self.chip.limits
        if max(op.kernel) > most.kernel:
            at_most = f"at most {most.kernel} x {most.kernel}"
            return f"a kernel of {op.kernel[0]} x {op.kernel[1]}, {at_most}"
        whole = isinstance(op, Pooling) and tuple(op.kernel) == op.input.shape[1:3]
        if max(op.stride) > most.stride and not whole:
            return f"a stride of {op.stride[0]} x {op.stride[1]}, at most {most.stride}"
        padding = source_and_padding(op, graph)[1] if isinstance(op, Convolution) else op.padding
        if max(padding) > most.padding:
            return f"padding of {max(padding)}, at most {most.padding}"
        return None

    def whole_map(self, op: Mean, graph: Graph) -> str | None:
        """The mean over all rows and columns of a map of at most 31 x 31."""
        most = self.chip.limits.kernel
        if len(op.input.shape) != 4 or op.axes != (1, 2):
            return f"a mean over axes {op.axes} of shape {op.input.shape}"
        if max(op.input.shape[1:3]) > most:
            size = f"{op.input.shape[1]} x {op.input.shape[2]}"
            return f"a mean over {size}, at most {most} x {most}"
        return None

    def addend_of_both_readers(self, op: Add, graph: Graph) -> str | None:
        """Both readers of the DPU fetch the addend, whose surfaces they take in turns."""
        if self.chip.alternating_addend:
            return None
        return f"the {self.chip.name.upper()} fetches an addend in a way that is not lowered yet"

    def is_large(self, op: Windowed) -> bool:
        kernel, stride, _ = self._extent(op)
        return kernel > KERNEL_OF_INT8 or stride > STRIDE_OF_INT8

    def is_large_of_many_channels(self, op: Convolution | FullyConnected) -> bool:
        many = op.input.shape[-1] > CHANNELS_OF_LARGE_KERNELS and not is_depthwise(op)
        return many and self._extent(op)[0] > KERNEL_OF_INT8

    def is_largest(self, op: Windowed) -> bool:
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
        if isinstance(op, Mean):
            return max(op.input.shape[1:3]), 1, 0
        if isinstance(op, FullyConnected):
            over = self._window(op)
            return max(over.kernel), max(over.stride), 0
        stride = 1 if tuple(op.kernel) == op.input.shape[1:3] else max(op.stride)
        return max(op.kernel), stride, max(op.padding)

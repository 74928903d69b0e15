# SPDX-License-Identifier: MIT
"""Rules of ops that move values: to other pixels, channels or sizes."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Graph
from npucore.ops import (
    Broadcast,
    Concatenation,
    DepthToSpace,
    Op,
    Pad,
    Resize,
    ResizeBilinear,
    Split,
    StridedSlice,
)
from npucore_rocket.chip import Chip
from npucore_rocket.lower.broadcast import reachable
from npucore_rocket.lower.concatenation import along_pixels, requantizations
from npucore_rocket.lower.cut import Cut, cuts_of
from npucore_rocket.lower.interleave import SPREADS
from npucore_rocket.lower.resize import ratio, repeats, steps
from npucore_rocket.lower.resize_bilinear import between
from npucore_rocket.lower.tap import spanned
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.rules.limits import Limits


@dataclass(frozen=True, slots=True)
class Movement:
    """Rules that depend on the *chip*."""

    chip: Chip

    def dpu_alone(self, op: Op, graph: Graph) -> str | None:
        """The DPU is fed from memory, without a convolution."""
        if self.chip.dpu_alone:
            return None
        return f"how the {self.chip.name.upper()}'s DPU works alone is not known"

    def border_of_a_map(self, op: Pad, graph: Graph) -> str | None:
        """Rows and columns of any value, to 15 of them on a side; or fewer rows and columns."""
        most = self.chip.limits.padding
        if len(op.before) != 4 or any(op.before[n] or op.after[n] for n in (0, 3)):
            return "it pads batches or channels"
        if max(*op.before, *op.after) > most:
            return f"a border of {max(*op.before, *op.after)}, at most {most}"
        if max(-min(b, 0) - min(a, 0) for b, a in zip(op.before, op.after, strict=True)) >= (
            self.chip.limits.kernel
        ):
            return "it crops more rows or columns than a kernel spans"
        if not op.input.q.same_as(op.output.q) or op.input.dtype != op.output.dtype:
            return "input and output differ in quantization"
        return None

    def whole_factor(self, op: Resize, graph: Graph) -> str | None:
        """Every row and column twice, four times and so on, the last ones perhaps less often.

        Or every n-th row and column, to the seventh.
        """
        shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
        if shape == out or repeats(op) is not None:
            return None
        sizes = f"{shape.height} x {shape.width} to {out.height} x {out.width}"
        if op.align_corners:
            return f"{sizes} with aligned corners repeats pixels unevenly"
        down = ratio(shape, out)
        if down is not None and down != (1, 1) and max(down) <= self.chip.limits.stride:
            return None
        return f"{sizes} repeats pixels unevenly"

    def straight_lines(self, op: ResizeBilinear, graph: Graph) -> str | None:
        """Aligned corners, with whole steps between pixels; one pixel for all; or nothing to do."""
        shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
        if not op.input.q.same_as(op.output.q):
            return "input and output differ in quantization"
        if shape == out or (shape[:2] == (1, 1) and reachable(out)):
            return None
        times = between(op)
        if times is not None and steps(times):
            return None
        sizes = f"{shape.height} x {shape.width} to {out.height} x {out.width}"
        return f"{sizes} does not lay out pixels in steps of 2, 4 or 8 from corner to corner"

    def block(self, op: DepthToSpace, graph: Graph) -> str | None:
        """Blocks of 2, 4 or 8 by as many."""
        return None if op.block in SPREADS[1:] else f"blocks of {op.block}, wanted 2, 4 or 8"

    def one_for_all(self, op: Broadcast, graph: Graph) -> str | None:
        """One pixel for a map of at most 128 x 128, or one channel for all."""
        source, out = map_shape(op.input), map_shape(op.output)
        if source is None or out is None:
            return "it is no feature map"
        if source.pixels == 1 and source.channels == out.channels:
            return None if reachable(out) else f"a map of {out.height} x {out.width}"
        if source.pixels == out.pixels and source.channels == 1:
            return None
        return f"{op.input.shape} to {op.output.shape} repeats some rows or columns"

    def side_by_side(self, op: Concatenation, graph: Graph) -> str | None:
        """Channels, or pixels one behind the other; the others' quantization is changed first."""
        if op.axis < len(op.output.shape) - 1 and not along_pixels(op):
            return f"it concatenates along axis {op.axis} of {op.output.shape}"
        limits = Limits(self.chip)
        return next(filter(None, (limits.maps(o, graph) for o in requantizations(op))), None)

    def part(self, op: Split | StridedSlice, graph: Graph) -> str | None:
        """Whole pixels one behind the other; channels; or rows and columns, to every seventh."""
        for cut in cuts_of(op):
            if not (cut.pixels_alone or self._channels(cut) or self._window(cut)):
                return f"it cuts {cut.output.shape} out of {cut.source.shape}"
        return None

    def _channels(self, cut: Cut) -> bool:
        return cut.channels_alone and cut.steps[-1] >= 1

    def _window(self, cut: Cut) -> bool:
        most, axes = self.chip.limits, (1, 2)
        if not cut.window or max(cut.steps) > most.stride:
            return False
        taps = (
            spanned(cut.source.shape[n], cut.begin[n], 0, cut.steps[n], cut.sizes[n]) for n in axes
        )
        return max(taps) <= most.kernel

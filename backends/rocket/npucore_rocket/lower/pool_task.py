# SPDX-License-Identifier: MIT
"""Maximum pooling as one task of the PPU: the largest value of every window of a map."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.ops import Padding, Pooling
from npucore.tensor import Tensor
from npucore_rocket.maps import MapShape

MOST_KERNEL, MOST_PADDING, MOST_STRIDE = 8, 7, 16
WIDEST_OUT, WIDE, NARROW, NARROWEST = 64, 129, 34, 20
Sizes = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class PoolTask:
    """``destination = max over windows(source)``; the padding never wins."""

    source: Tensor
    source_shape: MapShape
    destination: Tensor
    destination_shape: MapShape
    kernel: Sizes
    stride: Sizes
    padding: Padding


def lower(op: Pooling) -> PoolTask | None:
    """The task; None for windows with which the unit hangs, or which nobody has run.

    Windows have to tile the padded map, so that the padding below and on the right may be less than
    the op says. Source: facts of 2026-11, A6: kernels and widths.
    """
    shape, out = MapShape(*op.input.shape[1:]), MapShape(*op.output.shape[1:])
    kernel, stride = (op.kernel[0], op.kernel[1]), (op.stride[0], op.stride[1])
    pad = op.padding
    behind = [
        (windows - 1) * step + taps - before - size
        for windows, step, taps, before, size in zip(
            out[:2], stride, kernel, (pad.top, pad.left), shape[:2], strict=True
        )
    ]
    if min(behind) < 0 or max(*behind, pad.top, pad.left) > MOST_PADDING:
        return None
    if max(kernel) > MOST_KERNEL or max(stride) > MOST_STRIDE or out.width > WIDEST_OUT:
        return None
    if shape.width > widest(kernel, stride):
        return None
    padding = Padding(pad.top, behind[0], pad.left, behind[1])
    return PoolTask(op.input, shape, op.output, out, kernel, stride, padding)


def widest(kernel: Sizes, stride: Sizes) -> int:
    """Columns of a map over which such windows did not hang.

    >>> widest((3, 3), (1, 1)), widest((5, 5), (1, 1)), widest((2, 2), (2, 2))
    (34, 20, 129)
    """
    apart = all(taps <= step for taps, step in zip(kernel, stride, strict=True))
    if apart or max(kernel) == 2:
        return WIDE
    if max(kernel) > 4:
        return NARROWEST
    return NARROW if stride[0] == 1 else WIDE

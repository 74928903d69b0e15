# SPDX-License-Identifier: MIT
"""The ranges in which networks take pixels: mean and deviation for every convention in use."""

from __future__ import annotations

from typing import NamedTuple

from npucore.quantize import stored_range
from npucore.tensor import Tensor

PIXEL = 255.0
SLACK = 0.1  # of a range's width by which a calibrated input may fall short of it
EXACT = 0.02  # the same, for stored integers that are the pixels themselves
TOO_WIDE = 3.0  # times the widest convention: then the scale says nothing about pixels


class Range(NamedTuple):
    """``(pixel - mean) / std`` per channel, pixels from 0 to 255; one value serves all channels."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def low(self) -> float:
        """The least value of a black pixel."""
        return min((0.0 - m) / s for m, s in zip(self.mean, self.std, strict=True))

    @property
    def high(self) -> float:
        """The largest value of a white pixel."""
        return max((PIXEL - m) / s for m, s in zip(self.mean, self.std, strict=True))

    @property
    def width(self) -> float:
        """From the least value to the largest."""
        return self.high - self.low

    def short(self) -> Range:
        """The same with one number of each if those of all channels are equal."""
        alike = len(set(self.mean)) == len(set(self.std)) == 1
        return Range(self.mean[:1], self.std[:1]) if alike else self

    def text(self) -> str:
        """For people.

        >>> SIGNED.text(), IMAGENET.text()
        ('-1..1', 'ImageNet mean and deviation')
        >>> Range((10,), (5.0,)).text()
        '(pixel - 10) / 5'
        """
        if self == IMAGENET:
            return "ImageNet mean and deviation"
        if self in NAMED:
            return f"{self.low:g}..{self.high:g}"
        mean, std = ("/".join(f"{v:g}" for v in values) for values in self)
        return f"(pixel - {mean}) / {std}"


UNIT = Range((0.0,), (PIXEL,))
SIGNED = Range((127.5,), (127.5,))
BYTE = Range((0.0,), (1.0,))
CENTRED = Range((128.0,), (1.0,))
HALF = Range((127.5,), (PIXEL,))
IMAGENET = Range((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))  # of torchvision, x 255
MNIST = Range((0.1307 * PIXEL,), (0.3081 * PIXEL,))  # of PyTorch's example

NAMED = (UNIT, SIGNED, BYTE, CENTRED, HALF)


def held_by(tensor: Tensor) -> tuple[float, float]:
    """The least and the largest real value that a quantized input can hold."""
    low, high = stored_range(tensor.dtype)
    scale, zero = float(tensor.q.scale.max()), int(tensor.q.zero_point.max())
    return (low - zero) * scale, (high - zero) * scale


def fits(range_: Range, low: float, high: float, slack: float = SLACK) -> bool:
    """Whether values from *low* to *high* include those of *range_*, but for a small part."""
    spare = slack * range_.width
    return low <= range_.low + spare and high >= range_.high - spare


def same(range_: Range, low: float, high: float) -> bool:
    """Whether *range_* ends where the values do: then stored integers are the pixels.

    Not if channels have ranges of their own.
    """
    spare = EXACT * range_.width
    alike = len(set(range_.mean)) == len(set(range_.std)) == 1
    return alike and abs(low - range_.low) <= spare and abs(high - range_.high) <= spare


def quantized(tensor: Tensor, channels: int) -> Range | None:
    """The convention that a quantized input's scale and zero point imply.

    It is the widest that the input can hold; calibration with bicubic resizing overshoots the
    true range, and nothing falls far short of it. None if the scale fits no convention.
    """
    low, high = held_by(tensor)
    known = [*NAMED, MNIST if channels == 1 else IMAGENET]
    held = [range_ for range_ in known if fits(range_, low, high)]
    widest = max(held, key=lambda range_: range_.width, default=None)
    if widest is None or high - low > TOO_WIDE * widest.width:
        return None
    return widest

# SPDX-License-Identifier: MIT
"""How a layer's sums become stored outputs: the numbers behind the BS stage and the converter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from npucore.errors import UnsupportedError
from npucore.quantize import Int64s
from npucore_rocket.lower.layer import Layer, sums
from npucore_rocket.quantize import LARGEST_MULTIPLIER, FixedScale, fixed_scale, multipliers

INT32 = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Requantization:
    """``sat8(half_even(v * scale) + zero point)``, where v is the sum with its bias.

    With *multipliers*, (O,) of 0 to 32767, ``v = sat32(half_even(sum * multiplier / 2**shift))``
    by the BS stage. Source: facts of 2026-11, 0.4, 0.8, A1 (proven on the RK3588).
    """

    scale: FixedScale
    multipliers: Int64s | None = None
    shift: int = 0

    def limit(self, above: float) -> int:
        """The v of an output that is *above* the zero point by so many LSB, to the nearest."""
        return round(above / self.scale.real)


class AsTheyAre(Requantization):
    """Sums of fp16 layers, which the converter narrows; limits are the bits of fp32."""

    def __init__(self) -> None:
        super().__init__(FixedScale(1, 0))

    def limit(self, above: float) -> int:
        """The bits of *above*."""
        return int(np.float32(above).view(np.uint32))


def requantization(layer: Layer) -> Requantization:
    """The numbers of a layer; with a scale for each channel, the largest has multiplier 32767.

    The shift is the smallest with which no sum that the weights allow saturates. The other
    multipliers make good what the output scale lost to its 15 bits. Raises `UnsupportedError` for
    a scale without a 15-bit form.
    """
    if layer.halves:
        return AsTheyAre()
    largest = float(layer.scales.max())
    if not layer.per_channel:
        return Requantization(_fixed(largest))
    shift = smallest_shift(layer, multipliers(layer.scales, largest))
    scale = _fixed(math.ldexp(largest, shift) / LARGEST_MULTIPLIER)
    held = math.ldexp(scale.real, -shift) * LARGEST_MULTIPLIER
    return Requantization(scale, multipliers(layer.scales, held), shift)


def smallest_shift(layer: Layer, each: Int64s) -> int:
    """By how much products have to go right to fit int32. Source: facts of 2026-11, A1."""
    least, most = sums(layer)
    largest = int((np.maximum(np.abs(least), np.abs(most)) * each).max())
    return max(0, (largest // INT32.max).bit_length())


def _fixed(real: float) -> FixedScale:
    if (scale := fixed_scale(real)) is None:
        raise UnsupportedError(f"a scale of {real:.3g} has no 15-bit form")
    return scale

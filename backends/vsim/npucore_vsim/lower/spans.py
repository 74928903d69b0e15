# SPDX-License-Identifier: MIT
"""Over which sums the output of each channel changes, if every channel has a scale of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.quantize import Float64s, Int64s
from npucore_vsim.lower.layer import Convolve
from npucore_vsim.quantize import V8_CENTRE

LARGEST = 255  # stored value
NEGLIGIBLE = 0.25  # LSB: an output that changes less is taken for its middle


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """(O,) each, of a layer's output channels.

    Parameters
    ----------
    scale
        Output LSB per unit of the sums.
    first
        The sum, its bias included, up to which the output stays as it is.
    length
        Units from there to the sum from which on it stays again; 0 if it never changes.
    base
        The output at *first*, not rounded.
    """

    scale: Float64s
    first: Int64s
    length: Int64s
    base: Float64s

    @property
    def rise(self) -> Float64s:
        """LSB from the smallest to the largest output."""
        return self.scale * self.length


def spans(layer: Convolve, scales: Float64s, generation: int) -> Spans:
    """Of *layer*, from the range of bytes, its weights, and where its output is clamped.

    *scales* are (O,) and take the place of the layer's own.
    """
    least, most = _reach(layer, generation)
    zero = layer.destination_zero_point
    low = zero if layer.relu else 0
    first = np.maximum(least, np.floor((low - zero) / scales))
    first = np.minimum(first, np.floor((LARGEST - zero) / scales))
    end = np.minimum(most, np.ceil((LARGEST - zero) / scales))
    length = np.maximum(end - first, 0)
    base = first * scales + zero
    dead = length * scales <= NEGLIGIBLE
    base = np.where(dead, np.clip(base + length * scales / 2, low, LARGEST), base)
    return Spans(scales, _whole(np.where(dead, 0, first)), _whole(np.where(dead, 0, length)), base)


def _reach(layer: Convolve, generation: int) -> tuple[Int64s, Int64s]:
    """The smallest and the largest sum of each kernel, whatever the image is."""
    weights = layer.weights.reshape(len(layer.weights), -1).astype(np.int64)
    weights -= layer.weight_zero_point
    above, below = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
    centre = V8_CENTRE if generation == 8 else 0
    low, high = -centre, LARGEST - centre
    return layer.bias + low * above + high * below, layer.bias + high * above + low * below


def _whole(numbers: Float64s) -> Int64s:
    whole: Int64s = numbers.astype(np.int64)
    return whole

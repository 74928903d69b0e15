# SPDX-License-Identifier: MIT
"""Whether numbers fit the fields that they go to."""

from __future__ import annotations

import numpy as np

from npucore.family.rules import activations
from npucore.graph import Graph
from npucore.ops import Op
from npucore.tensor import Tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Convolve, Layer, Lookup, MaxPool, Move, Reshuffle, Turn
from npucore_vsim.maps import same_order, stored_shape
from npucore_vsim.quantize import multiplier
from npucore_vsim.rows import LARGEST_SIDE as LARGEST_IMAGE

INT32 = np.iinfo(np.int32)
LARGEST_SIDE = (1 << 15) - 1  # of a window of the TP cores: its ends have a sign
MOST_PLANES = (1 << 16) - 1
BYTE = 255
TILE = 1024  # elements of a plane of a look-up


def turned(op: Op, graph: Graph) -> str | None:
    """Maps of at most 32767 rows, columns and channels: any may have to be turned to planes."""
    for tensor in activations(op):
        shape = stored_shape(tensor)
        if not shape.planar and max(shape) > LARGEST_SIDE:
            return f"{tensor.name} of shape {tensor.shape} is beyond {LARGEST_SIDE} along an axis"
    return None


def why_not(layer: Layer, chip: Chip) -> str | None:
    """What of a layer does not fit, or None."""
    if tensor := _misread(layer):
        return f"{tensor.name} of shape {tensor.shape} does not lie as its layer expects"
    match layer:
        case Convolve():
            if multiplier(layer.scale, chip.generation) is None:
                return f"a scale of {layer.scale:.3g} has no shift on {chip.name}"
            if layer.bias.min() < INT32.min or layer.bias.max() > INT32.max:
                return "a bias beyond int32, corrected for the zero point"
            if _exceeds(layer):
                return "sums beyond int32, of which nobody knows what comes"
            longest = 2 * max(layer.destination_shape[:2])
            if layer.first_pixel and longest > LARGEST_IMAGE:
                return f"{longest} rows or columns of which every other is kept, at most 8191"
        case Move(image=image, begin=begin, size=size):
            ends = [first + n for first, n in zip(begin, size, strict=True)]
            sides = (image.height, image.width, *size, *ends, *(-n for n in begin))
            if max(sides) > LARGEST_SIDE or image.channels > MOST_PLANES:
                return f"a copy of {max(*sides, image.channels)} values along an axis"
        case Lookup(source=source):
            if source.elements > MOST_PLANES * TILE:
                return f"{source.elements:,} elements, at most {MOST_PLANES * TILE:,} in a look-up"
    return None


def _misread(layer: Layer) -> Tensor | None:
    """A tensor that a layer takes for another image than it is.

    A source may be folded to an image of as many values, whose order is the layer's own matter; an
    addition's rows are no rows of its map.
    """
    match layer:
        case Convolve(second=None):
            return _part_misread(layer)
        case MaxPool() | Reshuffle():
            if layer.source.elements != layer.source_shape.elements:
                return layer.source
            if not stored_shape(layer.destination).lies_as(layer.destination_shape):
                return layer.destination
        case Lookup(source=source, destination=destination):
            if source.elements < destination.elements:
                return None  # a part, whose order is that of the source
            return None if same_order(layer.source, layer.destination) else layer.destination
        case Turn():
            for tensor in (layer.source, layer.destination):
                if tensor.elements != layer.shape.elements:
                    return tensor
    return None


def _part_misread(layer: Convolve) -> Tensor | None:
    """Likewise, of a convolution that may read and write some of the planes alone."""
    read, written = layer.source_shape, layer.destination_shape
    if layer.source.elements < (layer.first_read + read.channels) * read.pixels:
        return layer.source
    stored = stored_shape(layer.destination)
    if stored.lies_as(written) or (layer.flat and stored.elements == written.elements):
        return None
    same = stored.pixels == written.pixels
    fits = stored.channels >= layer.first_written + written.channels
    return None if same and fits else layer.destination


def _exceeds(layer: Convolve) -> bool:
    """Whether some input brings a sum beyond int32, from the weights and the range of bytes."""
    room = INT32.max - int(np.abs(layer.bias).max(initial=0))
    if layer.weights[0].size * BYTE * BYTE <= room:
        return False  # whatever the weights are
    weights = layer.weights.reshape(len(layer.weights), -1).astype(np.int64)
    weights -= layer.weight_zero_point
    most = layer.bias + BYTE * np.maximum(weights, 0).sum(axis=1)
    least = layer.bias + BYTE * np.minimum(weights, 0).sum(axis=1)
    return bool(most.max() > INT32.max or least.min() < INT32.min)

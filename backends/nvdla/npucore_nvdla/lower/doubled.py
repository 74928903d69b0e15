# SPDX-License-Identifier: MIT
"""Weights of 9 bits: the map lies twice, and what 8 bits do not hold goes to the second one.

The chip's weights have no zero point, and stored bytes less one may need a bit more. Such layers do
twice the products, and a copy of their map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from npucore.errors import UnsupportedError
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower.layer import Compute, Int16s, Points
from npucore_nvdla.maps import MapShape, Region, region
from npucore_nvdla.quantize import INT8, fit_bytes


@dataclass(frozen=True, slots=True, eq=False)
class Twice:
    """A map, seen as *shape*, that lies twice in *tensor*, each time in whole surfaces."""

    tensor: Tensor
    source: Tensor
    shape: MapShape
    chip: Chip

    @property
    def lanes(self) -> int:
        """Channels from the first one of a map to that of the second."""
        return self.shape.surfaces(self.chip) * self.chip.atom_bytes

    @property
    def copies(self) -> list[Compute]:
        """The first one is usually written there at once."""
        source = region(self.source, self.shape)
        both = region(self.tensor, self.whole)
        places = (0, self.lanes)
        count = self.shape.channels
        return [Compute(source, both.channels(place, count), Points()) for place in places]

    @property
    def whole(self) -> MapShape:
        """Both maps, channels behind channels."""
        return self.shape._replace(channels=self.lanes + self.shape.channels)

    def all(self) -> Region:
        """Both maps."""
        return region(self.tensor, self.whole)

    def surfaces(self, first: int, channels: int) -> Region:
        """Some channels of each, from a whole atom on, those of the second behind the first's."""
        rows, atom = self.shape.rows, self.chip.atom_bytes
        every, mine = self.lanes // atom, -(-channels // atom)
        if mine not in (1, every):
            raise UnsupportedError("weights of 9 bits in groups of more channels than an atom has")
        apart = every if mine == 1 else 1
        seen = MapShape(rows * apart, self.shape.columns, mine * atom + channels)
        part = region(self.tensor, seen)
        return part.rows(rows * (first // atom), rows) if mine == 1 else part


def twice(source: Tensor, shape: MapShape, weights: Int16s, chip: Chip) -> Twice | None:
    """The doubled map that *weights* need; None if 8 bits hold them."""
    if fit_bytes(weights):
        return None
    lanes = shape.surfaces(chip) * chip.atom_bytes
    whole = (1, shape.rows, shape.columns, lanes + shape.channels)
    return Twice(replace(source, name=f"{source.name} twice", shape=whole), source, shape, chip)


def split(weights: Int16s, lanes: int) -> Int16s:
    """(K, KH, KW, C) -> (K, KH, KW, lanes + C): what 8 bits hold, and from *lanes* on the rest."""
    channels = weights.shape[3]
    found = np.zeros((*weights.shape[:3], lanes + channels), np.int16)
    held = found[..., :channels]
    np.minimum(weights, INT8.max, out=held)
    np.maximum(held, INT8.min, out=held)
    np.subtract(weights, held, out=found[..., lanes:])
    return found

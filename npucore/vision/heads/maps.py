# SPDX-License-Identifier: MIT
"""Heads that end in one map for every stride: which output is which, channels last."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.graph import Network
from npucore.tensor import Shape
from npucore.vision.boxes import Floats
from npucore.vision.heads.base import Seen, picture

STRIDES = (4, 8, 16, 32, 64, 128)


@dataclass(frozen=True, slots=True)
class Map:
    """An output that is a map of a stride; *order* brings its axes to H, W, (anchors,) C."""

    output: int
    stride: int
    order: tuple[int, ...]
    channels: int  # of a cell, all anchors together

    def values(self, seen: Seen) -> Floats:
        """(cells, channels), row by row."""
        array = seen.values[self.output].transpose(self.order)
        return array.reshape(-1, self.channels)


def maps_of(network: Network) -> list[Map] | None:
    """All outputs as maps, by stride and then as the file has them; None if one is no map.

    Shapes: (1, C, H, W), (1, H, W, C), and with three anchors (1, 3, H, W, C), (1, H, W, 3, C).
    """
    frame = picture(network)
    if frame is None or not network.outputs:
        return None
    found = [
        _map(index, tensor.shape, (frame.height, frame.width))
        for index, tensor in enumerate(network.outputs)
    ]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return sorted(known, key=lambda one: (one.stride, one.output))


def _map(index: int, shape: Shape, size: tuple[int, int]) -> Map | None:
    for stride in STRIDES:
        cells = (-(-size[0] // stride), -(-size[1] // stride))
        if len(shape) == 4 and shape[0] == 1:
            if shape[2:] == cells:
                return Map(index, stride, (0, 2, 3, 1), shape[1])
            if shape[1:3] == cells:
                return Map(index, stride, (0, 1, 2, 3), shape[3])
        if len(shape) == 5 and shape[0] == 1:
            if shape[2:4] == cells:
                return Map(index, stride, (0, 2, 3, 1, 4), shape[1] * shape[4])
            if shape[1:3] == cells:
                return Map(index, stride, (0, 1, 2, 3, 4), shape[3] * shape[4])
    return None


def by_stride(maps: list[Map]) -> dict[int, list[Map]]:
    """The maps of every stride, smallest stride first."""
    found: dict[int, list[Map]] = {}
    for one in maps:
        found.setdefault(one.stride, []).append(one)
    return found

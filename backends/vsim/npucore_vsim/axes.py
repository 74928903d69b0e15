# SPDX-License-Identifier: MIT
"""Tensors along one of their axes, as they lie in memory: planes first if they are maps."""

from __future__ import annotations

import math
from typing import NamedTuple

from npucore.tensor import Tensor
from npucore_vsim.maps import is_map

PLACES = (None, 1, 2, 0)  # of batch, rows, columns and channels among planes, rows and columns


class Along(NamedTuple):
    """Planes, rows and columns, the place of the axis among them, and where a part begins."""

    sizes: tuple[int, int, int]
    place: int
    first: int = 0

    @property
    def size(self) -> int:
        """Of the axis."""
        return self.sizes[self.place]

    @property
    def contiguous(self) -> bool:
        """Whether parts along the axis lie one behind the other."""
        return math.prod(self.sizes[: self.place]) == 1

    @property
    def offset(self) -> int:
        """From the first element of the tensor to the first of the part."""
        return self.first * math.prod(self.sizes[self.place + 1 :])

    def at(self, first: int) -> Along:
        """The part that begins at *first*."""
        return self._replace(first=first)


def along(tensor: Tensor, axis: int) -> Along:
    """*tensor* along *axis*; one that is no map of four axes has what is before and behind it.

    >>> import numpy as np
    >>> along(Tensor("x", (1, 5, 7, 4), np.dtype("uint8")), 3)
    Along(sizes=(4, 5, 7), place=0, first=0)
    """
    shape = tensor.shape
    place = PLACES[axis] if is_map(tensor) else None
    if place is not None:
        return Along((shape[3], shape[1], shape[2]), place)
    return Along((math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])), 1)

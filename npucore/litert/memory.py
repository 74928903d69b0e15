# SPDX-License-Identifier: MIT
"""The memory of the tensors that a program may write and read."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from npucore.tensor import Array, Shape

ALIGNMENT = 64


class Memory:
    """An array for each number, all of them in one block, zeros at first.

    numpy lets every view refer to the block itself, so that one count of references tells whether
    anybody else holds a view.
    """

    def __init__(self, tensors: Mapping[int, tuple[Shape, np.dtype[Any]]]) -> None:
        sizes = [math.prod(shape) * dtype.itemsize for shape, dtype in tensors.values()]
        rooms = (-(-size // ALIGNMENT) * ALIGNMENT for size in sizes)
        starts = [0, *itertools.accumulate(rooms)]
        self._block = np.zeros(starts[-1], np.uint8)
        self._arrays: dict[int, Array] = {}
        for (number, (shape, dtype)), start, size in zip(
            tensors.items(), starts, sizes, strict=False
        ):
            self._arrays[number] = self._block[start : start + size].view(dtype).reshape(shape)
        self._own = self._references()

    def __contains__(self, number: int) -> bool:
        return number in self._arrays

    def __getitem__(self, number: int) -> Array:
        return self._arrays[number]

    @property
    def is_held(self) -> bool:
        """Whether anybody holds a view of an array, or of a part of one."""
        return self._references() != self._own

    def _references(self) -> int:
        return sys.getrefcount(self._block)

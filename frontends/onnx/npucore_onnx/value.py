# SPDX-License-Identifier: MIT
"""A value of the file: a tensor, and where each of the value's axes lies in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.tensor import Array, Shape, Tensor

Order = tuple[int, ...]
"""Axis ``i`` of a value is axis ``order[i]`` of its tensor."""

NHWC: Order = (0, 3, 1, 2)  # of a map, which ONNX calls NCHW; of OIHW weights it makes OHWI


def plain(rank: int) -> Order:
    """Axes where ONNX has them."""
    return tuple(range(rank))


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A tensor seen through an order of axes."""

    tensor: Tensor
    order: Order

    @classmethod
    def of(cls, tensor: Tensor) -> Value:
        """A tensor whose axes lie as ONNX has them."""
        return cls(tensor, plain(len(tensor.shape)))

    @property
    def shape(self) -> Shape:
        """As ONNX has it."""
        return tuple(self.tensor.shape[axis] for axis in self.order)

    @property
    def rank(self) -> int:
        """How many axes."""
        return len(self.order)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Of the stored numbers."""
        return self.tensor.dtype

    @property
    def data(self) -> Array | None:
        """The constant's numbers as ONNX has them; None for what is computed."""
        return None if self.tensor.data is None else self.tensor.data.transpose(self.order)


def permutation(have: Order, want: Order) -> Order:
    """How a tensor in the order *have* is transposed to come to lie in the order *want*.

    >>> permutation((0, 1, 2, 3), (0, 3, 1, 2))
    (0, 2, 3, 1)
    """
    place = {axis: number for number, axis in enumerate(want)}
    return tuple(have[place[axis]] for axis in range(len(have)))


def moves_nothing(shape: Shape, order: Order) -> bool:
    """Whether transposing *shape* by *order* leaves every element where it is."""
    moved = [axis for axis in order if shape[axis] != 1]
    return moved == sorted(moved)

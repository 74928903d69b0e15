# SPDX-License-Identifier: MIT
"""Second operands of products, which lie in memory as weights do.

Source: rocket hardware reference 4.5, 8.7.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from npucore.tensor import Array, Tensor
from npucore_rocket.chip import Chip
from npucore_rocket.layout import Halves, ceil_to, checked_halves, pack_weights


class Matrices(NamedTuple):
    """Second operands of products, as the CNA reads weights: one behind the other.

    Parameters
    ----------
    kernels, channels
        Columns of a matrix, and the inner values of the products.
    transposed
        Whether the tensor has kernels as rows already.
    """

    batches: int
    kernels: int
    channels: int
    transposed: bool

    def each_bytes(self, chip: Chip) -> int:
        """Of one, in whole groups of kernels and steps of channels; *chip* as of fp16."""
        kernels = ceil_to(self.kernels, max(chip.group(False), chip.channel_step))
        return kernels * ceil_to(self.channels, chip.channel_step) * chip.element_bytes

    def all_bytes(self, chip: Chip) -> int:
        """Of all; *chip* as of fp16."""
        return self.batches * self.each_bytes(chip)

    def check(self, tensor: Tensor) -> None:
        """Raise `ValueError` unless it is a form of *tensor*."""
        inner = (self.kernels, self.channels) if self.transposed else (self.channels, self.kernels)
        if tensor.dtype != np.float32 or tensor.shape[-2:] != inner:
            raise ValueError(f"{tensor.name} of {tensor.dtype}{tensor.shape} as {self}")
        if math.prod(tensor.shape[:-2]) != self.batches or self.batches < 1:
            raise ValueError(f"{tensor.name} of shape {tensor.shape} as {self}")


def pack_matrices(real: Array, out: Halves, transposed: bool, chip: Chip) -> None:
    """(..., K, N), or (..., N, K) if *transposed*, -> each as weights of N kernels, in place.

    Raises `InputError` as `checked_halves` does.
    """
    every = checked_halves(real).reshape(-1, *real.shape[-2:])
    if not transposed:
        every = every.transpose(0, 2, 1)
    weights = np.ascontiguousarray(every)[:, :, None, None]
    for each, room in zip(weights, out.reshape(len(weights), -1), strict=True):
        pack_weights(each, np.zeros(1), room, chip)

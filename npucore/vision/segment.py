# SPDX-License-Identifier: MIT
"""How much of an image belongs to which class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.errors import InputError
from npucore.tensor import Array


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class and the part of the pixels that it has, 0 to 1."""

    index: int
    share: float


def class_map(values: Array) -> Array:
    """The (H, W) class of every pixel, from a (1, H, W) map or (1, H, W, C) scores."""
    if values.ndim == 4 and values.shape[0] == 1:
        best: Array = values[0].argmax(axis=2)
        return best
    if values.ndim == 3 and values.shape[0] == 1 and values.dtype.kind in "iu":
        same: Array = values[0]
        return same
    raise InputError(
        f"{values.dtype}{values.shape}, wanted a map of integers (1, H, W) or scores (1, H, W, C)"
    )


def class_shares(values: Array) -> list[ClassShare]:
    """The classes that occur in *values*, the largest share first, of equals the lower index.

    >>> class_shares(np.array([[[0, 0], [0, 15]]]))
    [ClassShare(index=0, share=0.75), ClassShare(index=15, share=0.25)]
    """
    classes, counts = np.unique(class_map(values), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    total = counts.sum()
    return [ClassShare(int(classes[i]), float(counts[i] / total)) for i in order]

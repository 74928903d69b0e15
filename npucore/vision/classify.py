# SPDX-License-Identifier: MIT
"""The most likely classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.tensor import Array, Tensor
from npucore.vision.real_values import real_values


@dataclass(frozen=True, slots=True)
class Classification:
    """A class that an image may belong to, and its real-valued score."""

    index: int
    score: float


def top_k(values: Array, tensor: Tensor, k: int) -> list[Classification]:
    """The *k* classes of the highest scores, best first; of equals, the lower index first.

    *values* holds one score per class in any shape, stored as *tensor* says.
    """
    scores = real_values(values, tensor).ravel()
    order = np.argsort(-scores, kind="stable")[:k]
    return [Classification(int(index), float(scores[index])) for index in order]

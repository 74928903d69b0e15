# SPDX-License-Identifier: MIT
"""The largest numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Op, TopK
from npucore.tensor import Tensor


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("top_k", "4x9-k3-float32", _first, "map", essential=True)
    yield Case("top_k", "2x3x40-k1-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    x = m.input((4, 9), "float32")
    places = Tensor("places", (4, 3), np.dtype(np.int32))
    return TopK(input=x, results=(m.like(x, (4, 3)), places), count=3)


def _second(m: Maker) -> Op:
    x = m.input((2, 3, 40), "float32")
    places = Tensor("places", (2, 3, 1), np.dtype(np.int32))
    return TopK(input=x, results=(m.like(x, (2, 3, 1)), places), count=1)

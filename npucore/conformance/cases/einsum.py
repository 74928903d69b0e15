# SPDX-License-Identifier: MIT
"""Sums of products."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker
from npucore.ops import Einsum, Op


def cases() -> Iterator[Case]:
    """Two cases of floats."""
    yield Case("einsum", "2x3x4-product-float32", _first, "map", essential=True)
    yield Case("einsum", "4x4-trace-float32", _second, "rank 3")


def _first(m: Maker) -> Op:
    a, b = m.input((2, 3, 4), "float32", name="a"), m.input((2, 4, 5), "float32", name="b")
    names = ((0, 1, 2), (0, 2, 3))
    return Einsum(
        operands=(a, b), output=m.tensor((2, 3, 5), "float32"), names=names, axes=(0, 1, 3)
    )


def _second(m: Maker) -> Op:
    x = m.input((4, 4), "float32")
    return Einsum(operands=(x,), output=m.tensor((), "float32"), names=((0, 0),), axes=())

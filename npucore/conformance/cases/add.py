# SPDX-License-Identifier: MIT
"""Sums."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary, by
from npucore.conformance.cases.networks import additions
from npucore.conformance.maker import Maker
from npucore.ops import Activation, Add, Op
from npucore.tensor import Shape

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.1, 3)),
    ((0.05, -7), (0.013, 20), (0.06, 0)),
    ((0.02, 127), (0.3, -128), (0.25, -5)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, and every pair of bytes."""
    kinds = (Activation.NONE, Activation.RELU, Activation.RELU6)
    yield from chain.from_iterable(binary(Add, QUANTITIES, activation=kind) for kind in kinds)
    for family, shape in additions():
        make = partial(_make, shape=shape)
        yield Case("add", f"{family}-{by(shape)}-int8", make, "map of a network")


def _make(m: Maker, shape: Shape) -> Op:
    a, b = m.input(shape, "int8", 0.05, -4, name="a"), m.input(shape, "int8", 0.031, 9, name="b")
    return Add(a=a, b=b, output=m.tensor(shape, "int8", 0.058, 2))

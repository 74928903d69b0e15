# SPDX-License-Identifier: MIT
"""Parts of maps of real numbers are the numbers that were there."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore import Graph
from npucore.ops import Op, Split, StridedSlice
from npucore.tensor import Array, Shape
from tests.rocket.test_halves import backend, real

WHOLE = (1, 8, 9, 40)
CUTS: dict[str, tuple[Shape, Shape, Shape]] = {
    "channels": ((0, 0, 0, 8), (1, 8, 9, 24), (1, 1, 1, 1)),
    "last channels": ((0, 0, 0, 32), (1, 8, 9, 5), (1, 1, 1, 1)),
    "rows": ((0, 3, 0, 0), (1, 4, 9, 40), (1, 1, 1, 1)),
    "a window": ((0, 2, 1, 0), (1, 5, 7, 40), (1, 1, 1, 1)),
    "every second pixel": ((0, 1, 0, 0), (1, 4, 5, 40), (1, 2, 2, 1)),
}


def slice_of(begin: Shape, sizes: Shape, steps: Shape, dropped: Shape = ()) -> StridedSlice:
    left = tuple(size for axis, size in enumerate(sizes) if axis not in dropped)
    return StridedSlice(
        input=real("x", *WHOLE),
        output=real("y", *left),
        begin=begin,
        sizes=sizes,
        strides=steps,
        dropped=dropped,
    )


def results(op: Op, x: Array) -> list[Array]:
    graph = Graph((op,), op.inputs, op.outputs)
    with npucore.Session(graph, backend(), strict=True) as session:
        return session.run([x])


def noise() -> Array:
    return np.random.default_rng(2).normal(0, 1, WHOLE).astype(np.float16).astype(np.float32)


@pytest.mark.parametrize("name", CUTS)
def test_a_part_is_what_was_there(name: str) -> None:
    begin, sizes, steps = CUTS[name]
    x = noise()
    axes = zip(begin, sizes, steps, strict=True)
    wanted = x[tuple(slice(b, b + (n - 1) * s + 1, s) for b, n, s in axes)]
    (found,) = results(slice_of(begin, sizes, steps), x)
    assert (found == wanted).all()


@pytest.mark.parametrize(("axis", "sizes"), [(3, (8, 16, 16)), (1, (3, 5))], ids=["C", "H"])
def test_pieces_are_what_was_there(axis: int, sizes: Shape) -> None:
    x = noise()
    shapes = [tuple(n if a == axis else s for a, s in enumerate(WHOLE)) for n in sizes]
    pieces = tuple(real(f"y{n}", *shape) for n, shape in enumerate(shapes))
    op = Split(input=real("x", *WHOLE), results=pieces, axis=axis, sizes=sizes)
    wanted = np.split(x, np.cumsum(sizes)[:-1], axis)
    for found, part in zip(results(op, x), wanted, strict=True):
        assert (found == part).all()


@pytest.mark.parametrize(
    ("op", "why"),
    [
        (slice_of((0, 0, 0, 4), (1, 8, 9, 8), (1, 1, 1, 1)), "channels from 4 on"),
        (slice_of((0, 0, 0, 0), (1, 8, 9, 20), (1, 1, 1, 2)), "channels from 0 on, 2 apart"),
        (slice_of((0, 0, 0, 0), (1, 8, 9, 1), (1, 1, 1, 1), (3,)), "moves channels"),
        (slice_of((0, 0, 0, 8), (1, 4, 9, 8), (1, 1, 1, 1)), "it cuts (1, 4, 9, 8)"),
    ],
    ids=["between", "apart", "dropped", "both"],
)
def test_other_parts_are_refused(op: StridedSlice, why: str) -> None:
    reason = backend().supports(op, Graph((op,), op.inputs, op.outputs)).reason
    assert reason is not None
    assert why in reason

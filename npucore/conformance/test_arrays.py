# SPDX-License-Identifier: MIT
"""Inputs are what their shape and dtype say, however they lie in memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from npucore.conformance.maker import Problem
from npucore.contract.backend import Backend
from npucore.tensor import Array

LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "strided": lambda x: np.stack([x, x], axis=-1)[..., 0],
    "in Fortran's order": np.asfortranarray,
    "reversed": lambda x: np.array(x[(slice(None, None, -1),) * x.ndim])[
        (slice(None, None, -1),) * x.ndim
    ],
    "a part of a larger one": lambda x: np.pad(x, 1)[(slice(1, -1),) * x.ndim],
    "at an odd address": lambda x: _at_odd_address(x),
}


def _at_odd_address(x: Array) -> Array:
    room = np.empty(x.nbytes + 1, np.uint8)[1:]
    odd = np.ndarray(x.shape, x.dtype, room.data)
    odd[...] = x
    return odd


@pytest.mark.parametrize("layout", LAYOUTS)
def test_inputs_may_lie_anyhow(backend: Backend, taken: list[Problem], layout: str) -> None:
    """Read-only as well."""
    for problem in taken:
        program = backend.compile(problem.graph)
        want = program.run(list(problem.inputs))
        views = [LAYOUTS[layout](x) for x in problem.inputs]
        for view in views:
            view.flags.writeable = False
        assert _same(program.run(views), want), f"{problem.graph.ops[0].name}: {layout}"
        program.close()


def test_inputs_may_be_broadcast(backend: Backend, taken: list[Problem]) -> None:
    """One value, one row or one pixel in every place, as numpy repeats it without a copy."""
    for problem in taken:
        program = backend.compile(problem.graph)
        for kept in ((), (-1,), (0,)):
            views = [_repeated(x, kept) for x in problem.inputs]
            want = program.run([np.array(view) for view in views])
            assert _same(program.run(views), want), problem.graph.ops[0].name
        program.close()


def _repeated(x: Array, kept: tuple[int, ...]) -> Array:
    """The first values along the axes in *kept*, repeated along all others."""
    axes = [axis % x.ndim for axis in kept if x.ndim]
    first = x[tuple(slice(None) if axis in axes else slice(0, 1) for axis in range(x.ndim))]
    return np.broadcast_to(first, x.shape)


def _same(got: list[Array], want: list[Array]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(got, want, strict=True))

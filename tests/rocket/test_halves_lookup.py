# SPDX-License-Identifier: MIT
"""Tables of fp16: every number that fp16 has, and tables that boards read as they are written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import npucore
from npucore import Graph
from npucore.ops import Erf, Gelu, Logistic, Op, Tanh
from npucore.rewrite.error_function import erf
from npucore.tensor import Array, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.lower.half_lookup import CURVES, LEAST, MOST, table
from npucore_rocket.virtual import VirtualKernel
from tests.rocket.test_halves import backend, real, run


def every_half() -> Array:
    """All finite numbers of fp16, some more than once."""
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    return np.resize(halves[np.isfinite(halves)], (1, 8, 8, 1024)).astype(np.float32)


def logistic(x: Array) -> Array:
    found: Array = 0.5 + np.tanh(x / 2) / 2
    return found


@pytest.mark.parametrize(
    ("kind", "function", "most"),
    [(Logistic, logistic, 0.0005), (Tanh, np.tanh, 0.001), (Erf, erf, 0.001)],
    ids=["logistic", "tanh", "erf"],
)
def test_every_number_is_within_the_bound_of_the_function(
    kind: Callable[..., Op], function: Callable[[Array], Array], most: float
) -> None:
    x = every_half()
    op = kind(input=real("x", *x.shape), output=real("y", *x.shape))
    found = run(op, [x], backend())
    assert abs(found - function(x.astype(np.float64))).max() <= most


@pytest.mark.parametrize("approximate", [False, True])
def test_a_gelu_is_off_by_its_gates_share_of_a_number(approximate: bool) -> None:
    x = np.clip(every_half(), -60000, 60000)
    op = Gelu(input=real("x", *x.shape), output=real("y", *x.shape), approximate=approximate)
    wide = x.astype(np.float64)
    inner = np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)
    gate = 0.5 + (np.tanh(inner) if approximate else erf(wide / np.sqrt(2))) / 2
    found = run(op, [x], backend())
    assert (abs(found - wide * gate) <= 0.0008 * abs(wide) + 2.0**-24).all()


def test_channels_beside_the_map_stay_numbers_for_what_follows() -> None:
    """A map of 5 channels has 27 more, which go through the table, too."""
    x, y, z = (real(name, 1, 4, 4, 5) for name in "xyz")
    ops = (Logistic(input=x, output=y), Tanh(input=y, output=z))
    graph = Graph(ops, (x,), (z,))
    given = np.random.default_rng(0).normal(0, 3, x.shape).astype(np.float32)
    wanted = np.tanh(logistic(given.astype(np.float64)))
    virtual = RocketBackend(floats="fp16", trust="shown", device=VirtualKernel())
    for where in (backend(), virtual):
        with npucore.Session(graph, where, strict=True) as session:
            assert abs(session.run([given])[0] - wanted).max() <= 0.0015


@pytest.mark.parametrize("curve", CURVES)
def test_no_entry_is_0_and_no_two_neighbours_are_equal(curve: str) -> None:
    le, lo = table(curve).astype(int)
    joined = np.concatenate([le[:-1], lo])
    assert le[-1] == lo[0]
    assert joined.min() >= LEAST - 1 > 0
    assert joined.max() <= MOST
    assert (np.diff(joined) != 0).all()
    exact = 32768 * CURVES[curve]((np.arange(1025) - 512) * 32 / 1489) - 1
    assert abs(joined - np.clip(exact, LEAST, MOST)).max() <= 1.5


def test_integers_are_no_real_numbers() -> None:
    x = Tensor("x", (1, 4, 4, 8), np.dtype(np.int8))
    op = Tanh(input=x, output=Tensor("y", x.shape, x.dtype))
    assert backend().supports(op, Graph((op,), (x,), op.outputs)).reason == "x is int8"

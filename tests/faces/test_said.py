# SPDX-License-Identifier: MIT
"""One line says where a network runs, whatever asks for it."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore.faces.said import MOST_REASONS, Stray, costliest, line, say
from npucore.graph import Graph
from npucore.ops import Logistic, Relu
from npucore.tensor import Tensor
from tests.material.contract.exporting import DIGITS


def test_it_names_backend_device_ops_and_the_reasons() -> None:
    with npucore.Session(DIGITS, "rocket", placement="greedy") as session:
        said = line("digits", session)
    assert said.startswith("digits: 16 of 17 ops (100% of the MACs) on rocket (simulator), ")
    assert "1 on reference: 1 softmax, " in said
    assert said.endswith("at most 1 is allowed)")
    assert "\n" not in said


def test_where_all_is_taken_there_are_no_reasons() -> None:
    with npucore.Session(DIGITS, "reference") as session:
        assert line("digits", session) == "digits: 17 of 17 ops (100% of the MACs) on reference"


def test_the_reasons_that_cost_most_come_first() -> None:
    float32 = np.dtype(np.float32)
    shapes = [(1, 4), (1, 1 << 16)]
    small, large = (Tensor(f"x{i}", shape, float32) for i, shape in enumerate(shapes))
    a, b = (Tensor(f"y{i}", shape, float32) for i, shape in enumerate(shapes))
    ops = (Relu(input=small, output=a), Logistic(input=large, output=b))
    with npucore.Session(Graph(ops, (small, large), (a, b)), "rocket") as session:
        said = line("floats", session)
    assert said.index("1 logistic") < said.index("1 relu")
    assert MOST_REASONS > 1


def test_what_costs_nothing_known_comes_last_and_without_a_time() -> None:
    strays = [
        Stray("If", "a graph", 0.0),
        Stray("Conv", "floats", 2e-3),
        Stray("Relu", "floats", 0),
    ]
    assert list(costliest(strays)) == ["2 Conv, Relu, 2 ms (floats)", "1 If (a graph)"]


def test_verbose_names_every_op(capsys: pytest.CaptureFixture[str]) -> None:
    with npucore.Session(DIGITS, "rocket", placement="greedy") as session:
        say("digits", session, verbose=True)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("npucore: digits: 16 of 17")
    assert second.startswith("npucore:   softmax -> probabilities on reference: rocket: a softmax")

# SPDX-License-Identifier: MIT
"""Operands are written as small as they repeat to what they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import npucore_onnx
import npucore_tflite
from npucore.conformance.judge import reference
from npucore.conformance.maker import Maker
from npucore.graph import Graph
from npucore.ops import Add, Broadcast, Mul, Reshape
from npucore.plugins import load_writer
from npucore.rewrite.narrow import narrowed

pytest.importorskip("onnx", reason="the package onnx is not installed")

SHAPE = (1, 5, 6, 7)


PARSERS: dict[str, Callable[[bytes], Graph]] = {
    "onnx": npucore_onnx.parse,
    "tflite": npucore_tflite.parse,
}


@pytest.mark.parametrize("shape", [(1, 1, 1, 7), (1, 5, 1, 1), (1, 1, 1, 1), SHAPE])
def test_what_is_repeated_is_found(shape: tuple[int, ...]) -> None:
    small = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = narrowed(np.broadcast_to(small, SHAPE))
    np.testing.assert_array_equal(found, small)


def test_the_sign_of_zero_is_kept() -> None:
    zeros = np.array([[0.0, 1.0], [-0.0, 1.0]], np.float32)
    assert narrowed(zeros) is zeros
    nothing = np.full((3, 2), np.nan, np.float32)
    assert narrowed(nothing).shape == (1, 1)


@pytest.mark.parametrize("format", ["onnx", "tflite"])
@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_a_gate_is_repeated_by_the_product(format: str, dtype: str) -> None:
    m = Maker("gate")
    x, gate = m.input(SHAPE, dtype), m.input((1, 1, 1, 7), dtype, name="gate")
    whole, y = m.like(gate, SHAPE), m.like(x, name="y")
    shift = m.constant(np.broadcast_to(m.draw((1, 1, 1, 7), dtype), SHAPE), dtype, x.quantization)
    shifted = m.like(x, name="shifted")
    problem = m.problem(
        Broadcast(input=gate, output=whole),
        Mul(a=x, b=whole, output=y),
        Add(a=y, b=shift, output=shifted),
    )
    data = load_writer(format).write(problem.graph)
    again = PARSERS[format](data)
    assert b"Expand" not in data
    rule = problem.graph.rounding
    want = reference(problem.graph, problem.inputs, rule)
    got = reference(again, problem.inputs, rule)
    apart = np.abs(got[0].astype(np.float64) - want[0].astype(np.float64))
    assert apart.max() <= (1 if (format, dtype) == ("onnx", "int8") else 0)


@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_one_that_others_read_is_written(format: str) -> None:
    m = Maker("read")
    x = m.input((1, 1, 1, 7), "float32")
    whole, y = m.like(x, SHAPE), m.like(x, (5, 6, 7), "y")
    problem = m.problem(Broadcast(input=x, output=whole), Reshape(input=whole, output=y))
    again = PARSERS[format](load_writer(format).write(problem.graph))
    rule = problem.graph.rounding
    want = reference(problem.graph, problem.inputs, rule)
    np.testing.assert_array_equal(reference(again, problem.inputs, rule), want)

# SPDX-License-Identifier: MIT
"""CAST."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore.graph import Graph
from npucore.ops import Cast
from npucore.tensor import Tensor
from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import TensorSpec, draw, single

Rng = np.random.Generator

DTYPES = ["bool", "int8", "uint8", "int16", "int32", "int64", "float32", "float64"]
EDGES = [0, -0.5, 0.9, -1.5, 127.9, 128, -128.5, -129, 255.9, 256, -32769, 65536, 3e9, -3e9]
EDGES += [9.3e18, -9.3e18, 2e19, 1e30, -1e30, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("source", DTYPES)
@pytest.mark.parametrize("target", DTYPES)
def test_numbers_equal_litert(rng: Rng, source: str, target: str) -> None:
    x, output = TensorSpec((5, 12), source), TensorSpec((5, 12), target)
    values = draw(rng, x)
    if values.dtype.kind == "f":
        values *= 60
    assert_equals_litert(single("CAST", [x], output), values)


@pytest.mark.parametrize("target", ["int8", "uint8", "int16", "uint16", "int32", "int64"])
def test_floats_beyond_the_integers_saturate(target: str) -> None:
    values = np.array(EDGES, np.float32)
    model = single("CAST", [TensorSpec(values.shape)], TensorSpec(values.shape, target))
    assert_equals_litert(model, values)


@pytest.mark.parametrize("target", ["int8", "uint8", "int16"])
def test_integers_beyond_the_integers_wrap(target: str) -> None:
    values = np.array([127, 128, -129, 255, 256, -32769, 65536, 2**31 - 1, -(2**31)], np.int32)
    x = TensorSpec(values.shape, np.int32)
    assert_equals_litert(single("CAST", [x], TensorSpec(values.shape, target)), values)


@pytest.mark.filterwarnings("error")
def test_of_complex_numbers_a_cast_takes_the_real_part() -> None:
    x = Tensor("x", (3,), np.dtype(np.complex64))
    y = Tensor("y", (3,), np.dtype(np.float32))
    graph = Graph((Cast(input=x, output=y),), (x,), (y,))
    with npucore.Session(graph, "reference") as session:
        found = session.run(np.array([1 - 2j, 3, -4j], np.complex64))[0]
    np.testing.assert_array_equal(found, [1, 3, 0])

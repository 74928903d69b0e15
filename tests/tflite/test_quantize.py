# SPDX-License-Identifier: MIT
"""QUANTIZE."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import draw, every_byte, single, tensor

Rng = np.random.Generator

BYTES = ["int8", "uint8"]
QUANTIZATIONS = {  # scale and zero point of the input, of the output
    "same": ((0.1, 3), (0.1, 3)),
    "finer": ((0.1, -9), (0.03, 7)),
    "coarser": ((0.1, -9), (0.29, 7)),
    "halves": ((0.25, 0), (0.5, 0)),
    "quarters": ((0.25, 5), (1.0, 0)),
    "lowest-zero-points": ((0.05, -128), (0.07, -128)),
    "highest-zero-points": ((0.05, 127), (0.03, 127)),
    "opposite-zero-points": ((0.05, 127), (0.05, 0)),
    "far-finer": ((9.0, 0), (0.001, 0)),
    "far-coarser": ((0.001, 0), (9.0, 0)),
}


@pytest.mark.parametrize("source", BYTES)
@pytest.mark.parametrize("target", BYTES)
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_byte_equals_litert(
    source: str, target: str, quantization: tuple[tuple[float, int], ...]
) -> None:
    x = tensor((1, 16, 16, 1), source, *quantization[0])
    output = tensor((1, 16, 16, 1), target, *quantization[1])
    assert_equals_litert(single("QUANTIZE", [x], output), every_byte(source), distinct=1)


@pytest.mark.parametrize("dtype", BYTES)
@pytest.mark.parametrize("scale", [0.001, 0.0235, 0.5, 7.0])
@pytest.mark.parametrize("zero_point", [-128, 3, 127])
def test_floats_equal_litert(rng: Rng, dtype: str, scale: float, zero_point: int) -> None:
    x, output = tensor((7, 40), "float32"), tensor((7, 40), dtype, scale, zero_point)
    values = draw(rng, x) * np.float32(60 * scale)
    assert_equals_litert(single("QUANTIZE", [x], output), values)


@pytest.mark.parametrize("dtype", BYTES)
def test_halves_go_away_from_zero(dtype: str) -> None:
    x, output = tensor((64,), "float32"), tensor((64,), dtype, 0.25, 0)
    values = ((np.arange(64) - 32 + 0.5) * 0.25).astype(np.float32)
    assert_equals_litert(single("QUANTIZE", [x], output), values)


def test_int16_without_a_scale_is_refused_by_name() -> None:
    x, output = tensor((4,), "float32"), tensor((4,), "int16")
    model = single("QUANTIZE", [x], output)
    with pytest.raises(UnsupportedError, match="t1 has no quantization"):
        reference(model, [np.zeros(4, np.float32)])


def test_int32_input_is_refused_by_name() -> None:
    model = single("QUANTIZE", [tensor((4,), "int32")], tensor((4,)))
    with pytest.raises(UnsupportedError, match="quantize of int32"):
        reference(model, [np.zeros(4, np.int32)])

# SPDX-License-Identifier: MIT
"""AVERAGE_POOL_2D and MAX_POOL_2D."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from tests.material.tflite.litert import assert_equals_litert, reference
from tests.material.tflite.write import ACTIVATIONS, SAME, VALID, draw, single, tensor

Rng = np.random.Generator

OPERATORS = pytest.mark.parametrize("operator", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
WINDOWS: dict[str, dict[str, Any]] = {
    "1x1": {"kernel": (1, 1)},
    "2x2": {"kernel": (2, 2), "stride": (2, 2)},
    "2x2-valid": {"kernel": (2, 2), "stride": (2, 2), "padding": VALID},
    "3x3": {"kernel": (3, 3)},
    "2x4": {"kernel": (2, 4), "stride": (1, 3)},
    "wider-than-map": {"kernel": (15, 20)},
    "whole-map": {"kernel": (7, 9), "padding": VALID},
    "whole-map-same": {"kernel": (7, 9)},
    "stride-beyond-kernel": {"kernel": (2, 2), "stride": (4, 3)},
    "5x5-strided-valid": {"kernel": (5, 5), "stride": (2, 2), "padding": VALID},
}


def pool(
    operator: str,
    dtype: str,
    size: tuple[int, int, int] = (2, 7, 9),
    channels: int = 20,
    *,
    kernel: tuple[int, int] = (3, 3),
    stride: tuple[int, int] = (1, 1),
    padding: int = SAME,
    activation: str = "none",
    quantization: tuple[float, int] = (0.1, 3),
) -> tuple[bytes, Any]:
    """A model and its input."""
    rows, columns = (
        -(-n // s) if padding == SAME else (n - k) // s + 1
        for n, k, s in zip(size[1:], kernel, stride, strict=True)
    )
    x = tensor((*size, channels), dtype, *quantization)
    output = tensor((size[0], rows, columns, channels), dtype, *quantization)
    options = {
        "padding": padding,
        "strideH": stride[0],
        "strideW": stride[1],
        "filterHeight": kernel[0],
        "filterWidth": kernel[1],
        "fusedActivationFunction": ACTIVATIONS[activation],
    }
    return single(operator, [x], output, **options), x


@OPERATORS
@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("changes", WINDOWS.values(), ids=WINDOWS.keys())
def test_windows_stand_where_litert_puts_them(
    rng: Rng, operator: str, dtype: str, changes: dict[str, Any]
) -> None:
    model, x = pool(operator, dtype, **changes)
    assert_equals_litert(model, draw(rng, x), distinct=5)


@OPERATORS
@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 5, 20, 33, 40, 63, 65, 114])
def test_any_number_of_channels(rng: Rng, operator: str, dtype: str, channels: int) -> None:
    model, x = pool(operator, dtype, channels=channels, kernel=(2, 2))
    assert_equals_litert(model, draw(rng, x))


@OPERATORS
@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32"])
@pytest.mark.parametrize(
    ("activation", "scale"), [("relu", 0.1), ("relu6", 0.04), ("relu_n1_to_1", 0.013)]
)
def test_a_fused_activation_clamps(
    rng: Rng, operator: str, dtype: str, activation: str, scale: float
) -> None:
    model, x = pool(
        operator, dtype, kernel=(2, 1), activation=activation, quantization=(scale, -20)
    )
    assert_equals_litert(model, draw(rng, x))


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("zero_point", [-128, 127])
def test_zero_points_at_the_edges(rng: Rng, dtype: str, zero_point: int) -> None:
    model, x = pool("AVERAGE_POOL_2D", dtype, kernel=(2, 2), quantization=(0.1, zero_point))
    assert_equals_litert(model, draw(rng, x))


@OPERATORS
def test_another_quantization_of_the_output_is_refused_by_name(rng: Rng, operator: str) -> None:
    x, output = tensor((1, 4, 4, 3)), tensor((1, 4, 4, 3), "int8", 0.2)
    ones = {"strideH": 1, "strideW": 1, "filterHeight": 1, "filterWidth": 1}
    with pytest.raises(UnsupportedError, match=r"pooling .*differ in quantization"):
        reference(single(operator, [x], output, **ones), [draw(rng, x)])

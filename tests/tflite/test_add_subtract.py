# SPDX-License-Identifier: MIT
"""ADD and SUB."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import (
    ACTIVATIONS,
    constant,
    draw,
    every_pair,
    single,
    tensor,
)

pytestmark = pytest.mark.parametrize("operator", ["ADD", "SUB"])

Rng = np.random.Generator

BYTES = pytest.mark.parametrize("dtype", ["int8", "uint8"])
QUANTIZATIONS = {  # scale and zero point of a, of b, of the output
    "same": ((0.1, 3), (0.1, 3), (0.2, 3)),
    "a-larger": ((0.5, -20), (0.03, 9), (0.3, -7)),
    "b-far-larger": ((0.0004, 1), (0.9, -1), (0.7, 100)),
    "lowest-zero-points": ((0.02, -128), (0.03, -128), (0.04, -128)),
    "highest-zero-points": ((0.02, 127), (0.03, 127), (0.04, 127)),
    "opposite-zero-points": ((0.02, -128), (0.02, 127), (0.02, 0)),
    "output-finer": ((0.1, 0), (0.2, 0), (0.07, 0)),
    "output-coarser": ((0.1, 0), (0.2, 0), (0.29, 64)),
    "halves": ((0.25, 0), (0.5, 0), (1.0, 0)),
}


def every(
    operator: str, dtype: str, quantization: tuple[tuple[float, int], ...], activation: str = "none"
) -> tuple[bytes, np.ndarray, np.ndarray]:
    """A model over all pairs of bytes, and the pairs."""
    a, b, output = (tensor((256, 256), dtype, *each) for each in quantization)
    options = {"fusedActivationFunction": ACTIVATIONS[activation]}
    return single(operator, [a, b], output, **options), *every_pair(dtype)


@BYTES
@pytest.mark.parametrize("quantization", QUANTIZATIONS.values(), ids=QUANTIZATIONS.keys())
def test_every_pair_of_bytes_equals_litert(
    operator: str, dtype: str, quantization: tuple[tuple[float, int], ...]
) -> None:
    assert_equals_litert(*every(operator, dtype, quantization))


@BYTES
@pytest.mark.parametrize("activation", ["relu", "relu6", "relu_n1_to_1"])
def test_a_fused_activation_clamps(operator: str, dtype: str, activation: str) -> None:
    quantization = ((0.02, 3), (0.03, -5), (0.025, -9))
    assert_equals_litert(*every(operator, dtype, quantization, activation))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32"])
@pytest.mark.parametrize("computed", [True, False], ids=["computed", "constant"])
@pytest.mark.parametrize(
    "shapes",
    [
        ((2, 3, 4, 5), (5,)),
        ((2, 3, 4, 5), (1, 3, 1, 5)),
        ((2, 1, 4, 1), (1, 3, 1, 5)),
        ((2, 3, 4, 5), ()),
        ((2, 2, 3, 2, 5), (3, 1, 5)),
    ],
    ids=["channels", "middle-axes", "both", "scalar", "rank-5"],
)
def test_the_smaller_operand_is_broadcast(
    rng: Rng,
    operator: str,
    dtype: str,
    computed: bool,
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    a, b = tensor(shapes[0], dtype, 0.1, 7), tensor(shapes[1], dtype, 0.07, -3)
    output = tensor(np.broadcast_shapes(*shapes), dtype, 0.15, 2)
    arrays = [draw(rng, a), draw(rng, b)]
    if computed:
        assert_equals_litert(single(operator, [a, b], output), *arrays)
    else:
        fixed = constant(arrays[1], dtype, scale=b.scale, zero_point=b.zero_point)
        assert_equals_litert(single(operator, [a, fixed], output), arrays[0])


@BYTES
@pytest.mark.parametrize("channels", [1, 3, 5, 20, 33, 40, 63, 65, 114])
def test_any_number_of_channels(rng: Rng, operator: str, dtype: str, channels: int) -> None:
    a, b = (tensor((2, 6, 7, channels), dtype, scale) for scale in (0.1, 0.13))
    output = tensor(a.shape, dtype, 0.2)
    assert_equals_litert(single(operator, [a, b], output), draw(rng, a), draw(rng, b))


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_plain_numbers_equal_litert(rng: Rng, operator: str, dtype: str, activation: str) -> None:
    a, b = tensor((3, 40), dtype), tensor((3, 40), dtype)
    options = {"fusedActivationFunction": ACTIVATIONS[activation]}
    model = single(operator, [a, b], tensor((3, 40), dtype), **options)
    distinct = 32 if activation in ("none", "relu") or dtype == "float32" else 2
    assert_equals_litert(model, draw(rng, a), draw(rng, b), distinct=distinct)

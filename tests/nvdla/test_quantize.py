# SPDX-License-Identifier: MIT
"""What 16 bits lose is computed, bounded and said."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from npucore.ops import Convolution
from npucore.tensor import Quantization, Tensor
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.quantize import fraction, in_bytes, scaling
from tests.material.nvdla.graphs import feature_map, graph, off_by, samples, weights


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_a_bias_keeps_its_upper_16_bits() -> None:
    found = scaling(np.array([1e-3, 1e-3]), numbers(1_000_001, 3), numbers(1000, 1000))
    assert found.addend_shift == 5
    lost = np.abs(numbers(1_000_001, 3) - (found.addends.astype(int) << 5)) * 1e-3
    assert found.loss >= lost.max() > 0


def test_with_one_factor_for_all_kernels_no_bit_of_a_bias_is_lost() -> None:
    bias = numbers(3_000_001, -7)
    found = scaling(np.array([0.02, 0.02]), bias, numbers(1000, 1000), second=True)
    assert found.rest is not None
    assert ((found.addends.astype(int) << found.addend_shift) + found.rest == bias).all()
    assert found.loss < 0.02
    data = np.random.default_rng(6).integers(100, 128, (9, 3, 3, 60)).astype(np.int8)
    op = Convolution(
        input=feature_map("x", 1, 7, 7, 60, zero=-128),
        weights=weights(data, scale=0.01),
        output=feature_map("y", 1, 5, 5, 9, scale=300.0, zero=-128),
    )
    assert off_by(graph(op)) <= 1


def test_scales_or_biases_too_far_apart_are_refused_with_the_loss() -> None:
    with pytest.raises(UnsupportedError, match="biases too far apart for 16 bits"):
        scaling(np.array([0.5, 0.5]), numbers(3, 900_000_000), numbers(9, 9))
    with pytest.raises(UnsupportedError, match="scales too far apart for 16 bits"):
        scaling(np.array([0.5, 3e-5]), numbers(0, 0), numbers(10**7, 10**8))


def test_sums_beyond_32_bits_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="at most 2,147,483,647"):
        scaling(np.array([1e-9]), numbers(2**31 - 1), numbers(1))


def test_weights_beyond_eight_bits_are_refused_where_they_are_not_doubled() -> None:
    with pytest.raises(UnsupportedError, match="-130 to 5, beyond 8 bits"):
        in_bytes(np.array([[-130, 5]], np.int16))


def test_a_kernel_that_training_has_left_dead_is_a_constant() -> None:
    """Its scale and its bias would cost all others their bits."""
    data = np.random.default_rng(4).integers(-127, 128, (9, 3, 3, 4)).astype(np.int8)
    scales = np.full(9, 0.002)
    scales[3] = 1e-9
    bias = np.random.default_rng(4).integers(-900, 900, 9).astype(np.int32)
    bias[3] = 2_000_000_000
    op = Convolution(
        input=feature_map("x", 1, 7, 7, 4),
        weights=Tensor("w", data.shape, data.dtype, Quantization.per_channel(scales, 0), data),
        bias=Tensor("bias", (9,), bias.dtype, Quantization.per_channel(scales / 2, 0), bias),
        output=feature_map("y", 1, 5, 5, 9, scale=0.05),
    )
    assert off_by(graph(op)) <= 1
    wanted = round(2e9 * 1e-9 * 0.5 / 0.05) - 3
    (answer,) = NvdlaBackend().compile(graph(op)).run(samples(graph(op)))
    assert set(answer[..., 3].flat) == {wanted}


@pytest.mark.parametrize("real", [0.9, -3e-4, 1e-9, 200.0, 0.0])
def test_a_factor_has_fifteen_bits(real: float) -> None:
    factor, shift = fraction(real)
    assert abs(factor) <= 32767
    assert abs(factor * 2.0**-shift - real) <= abs(real) * 2.0**-15


def test_a_factor_that_no_shift_brings_into_16_bits_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="at most 32767"):
        fraction(1e6)


def test_a_note_says_what_is_lost() -> None:
    data = np.full((2, 1, 1, 4), 3, np.int8)
    bias = np.array([2_000_001, -5], np.int32)
    scales = Quantization.per_channel([0.002, 0.0019], 0)
    op = Convolution(
        input=feature_map("x", 1, 3, 3, 4),
        weights=Tensor("w", data.shape, data.dtype, scales, data),
        bias=Tensor("bias", (2,), bias.dtype, Quantization.per_tensor(0.001), bias),
        output=feature_map("y", 1, 3, 3, 2, scale=0.1),
    )
    verdict = NvdlaBackend().supports(op, graph(op))
    assert verdict.note is not None
    assert verdict.note.startswith("16-bit biases and scales lose up to 0.")


def test_scales_of_each_channel_are_factors_of_each_kernel() -> None:
    data = np.random.default_rng(2).integers(-127, 128, (12, 3, 3, 5)).astype(np.int8)
    scales = Quantization.per_channel(np.geomspace(1e-4, 1e-2, 12), axis=0)
    op = Convolution(
        input=feature_map("x", 1, 9, 8, 5),
        weights=Tensor("weights", data.shape, data.dtype, scales, data),
        output=feature_map("y", 1, 7, 6, 12, scale=1.5),
    )
    assert off_by(graph(op)) <= 1

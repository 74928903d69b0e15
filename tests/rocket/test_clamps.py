# SPDX-License-Identifier: MIT
"""Upper bounds of activations: the register that holds them, and the outputs that they stop."""

from __future__ import annotations

import numpy as np

from npucore.ops import Activation, Convolution
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.registers.dpu_stages import DPU_BN_RELUX_CMP_VALUE
from npucore_rocket.stream import OFFSET_MASK, value_and_offset
from tests.material.rocket.random_ops import graph_of

ZERO = -10
SIX = 48  # 6 / 0.125, in LSB of the output


def layer() -> Convolution:
    """1 x 1 with ReLU6; a unit of its accumulator is 5 / 256 LSB of the output."""
    rng = np.random.default_rng(5)
    data = rng.integers(-127, 128, (16, 1, 1, 16), np.int8)
    int8 = np.dtype(np.int8)
    return Convolution(
        input=Tensor("x", (1, 6, 7, 16), int8, Quantization.per_tensor(2**-4, 0)),
        weights=Tensor("w", data.shape, int8, Quantization.per_tensor(5 * 2**-7, 0), data),
        output=Tensor("y", (1, 6, 7, 16), int8, Quantization.per_tensor(2**-3, ZERO)),
        activation=Activation.RELU6,
    )


def test_relu6_stops_at_six() -> None:
    graph = graph_of(layer())
    rocket = RocketBackend(device="simulator", trust="paper")
    x = np.random.default_rng(6).integers(-128, 128, (1, 6, 7, 16), np.int8)
    (got,) = rocket.compile(graph).run([x])
    assert (got.min(), got.max()) == (ZERO, ZERO + SIX)
    assert len(np.unique(got)) > 20


def test_the_bound_is_six_in_units_of_the_accumulator() -> None:
    """48 x 256 / 5 = 2457.6, to the nearest."""
    words = RocketBackend(trust="paper").export(graph_of(layer())).arrays["words"]
    (word,) = words[words & np.uint64(OFFSET_MASK) == DPU_BN_RELUX_CMP_VALUE.offset]
    assert value_and_offset(int(word))[0] == 2458

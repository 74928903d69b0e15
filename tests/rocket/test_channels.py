# SPDX-License-Identifier: MIT
"""Scales per channel: multipliers and shift, bands of scales, constants, all within 1 LSB."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import npucore
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.hw.registers import Register
from npucore.ops import Activation, Convolution, Padding
from npucore.reference import ReferenceBackend
from npucore.running.session import open_backend
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.lower import divided
from npucore_rocket.lower import layer as lower
from npucore_rocket.lower.layer import sums
from npucore_rocket.lower.requantization import requantization
from npucore_rocket.plan import planned
from npucore_rocket.registers.dpu import DPU_DATA_FORMAT
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_BRDMA_CFG
from npucore_rocket.registers.dpu_stages import DPU_BS_CFG, DPU_BS_MUL_CFG, DPU_BS_OW_CFG
from npucore_rocket.stream import OFFSET_MASK, value_and_offset
from tests.material.rocket.random_ops import graph_of

INT8, INT32 = np.dtype(np.int8), np.dtype(np.int32)
rocket, reference = RocketBackend(device="simulator", trust="shown"), ReferenceBackend()


def convolution(
    scales: np.ndarray,
    channels: int = 24,
    kernel: int = 3,
    *,
    depthwise: bool = False,
    zero: int = -7,
    typical: float | None = None,
    seed: int = 0,
) -> Convolution:
    """Random weights and biases; outputs spread over their range for the *typical* scale."""
    rng = np.random.default_rng(seed)
    outputs, each = len(scales), 1 if depthwise else channels
    data = rng.integers(-127, 128, (outputs, kernel, kernel, each)).astype(np.int8)
    spread = float(typical or np.median(scales)) * 0.05 * 80 * 74 * kernel * np.sqrt(each)
    bias = rng.integers(-9000, 9000, outputs).astype(np.int32)
    quantization = Quantization.per_channel(scales.astype(np.float32), 0)
    pad = kernel // 2
    return Convolution(
        input=Tensor("x", (1, 5, 6, channels), INT8, Quantization.per_tensor(0.05, 3)),
        weights=Tensor("w", data.shape, INT8, quantization, data),
        bias=Tensor("b", (outputs,), INT32, None, bias),
        output=Tensor(
            "y",
            (1, 5, 6, outputs),
            INT8,
            Quantization.per_tensor(spread / 60, zero),
        ),
        padding=Padding(pad, pad, pad, pad),
        groups=channels if depthwise else 1,
    )


def stored(constant: Tensor | None) -> Array:
    assert constant is not None
    assert constant.data is not None
    return constant.data


def compared(op: Convolution, seed: int = 1) -> Counter[int]:
    """How many outputs are off by how much from the exact rule."""
    graph: Graph = graph_of(op)
    verdict = rocket.supports(op, graph)
    assert verdict, verdict.reason
    x = np.random.default_rng(seed).integers(-128, 128, op.input.shape).astype(np.int8)
    (want,), (got,) = reference.compile(graph).run([x]), rocket.compile(graph).run([x])
    return Counter(np.abs(got.astype(int) - want.astype(int)).reshape(-1).tolist())


@pytest.mark.parametrize("seed", range(24))
def test_scales_spread_over_ten_orders_of_magnitude_are_within_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    depthwise, channels = bool(seed % 2), int(rng.choice([5, 24, 40, 80]))
    outputs = channels if depthwise else int(rng.choice([3, 33, 64, 70]))
    op = convolution(10 ** rng.uniform(-9, 1, outputs), channels, depthwise=depthwise, seed=seed)
    activation = Activation.RELU if seed % 3 == 0 else Activation.NONE
    zeros = rng.random(outputs) < 0.2
    data = np.where(zeros[:, None, None, None], np.int8(0), stored(op.weights))
    off = compared(replace(op, activation=activation, weights=replace(op.weights, data=data)))
    assert max(off) <= 1


def test_scales_that_fit_one_task_are_rarely_off() -> None:
    off: Counter[int] = Counter()
    for seed in range(20):
        scales = np.random.default_rng(seed).uniform(0.2, 1.0, 96) * 1e-3
        off += compared(convolution(scales, 48, seed=seed))
    assert set(off) <= {0, 1}
    assert off[1] / off.total() <= 5e-4


def test_a_kernel_of_zeros_is_a_plane_of_its_bias() -> None:
    op = convolution(np.array([1e-3, 2e-3, 1e-7]))
    stored(op.weights)[1] = 0
    graph = graph_of(op)
    x = np.full(op.input.shape, 99, np.int8)
    (got,) = rocket.compile(graph).run([x])
    bias = float(stored(op.bias)[1]) * 0.05 * np.float32(2e-3) / float(op.output.q.scale)
    assert set(got[..., 1].reshape(-1).tolist()) == {round(bias) - 7}
    assert max(compared(op)) <= 1


def test_biases_at_the_ends_of_int32_do_not_overflow() -> None:
    op = convolution(np.geomspace(1e-3, 1e-8, 40))
    stored(op.bias)[:] = np.where(np.arange(40) % 2, 2**31 - 1, -(2**31))
    assert max(compared(op)) <= 1


def test_the_largest_channel_has_the_largest_multiplier_and_no_product_saturates() -> None:
    op = convolution(np.random.default_rng(3).uniform(0.1, 1.0, 64) * 1e-3)
    layer = lower(op, graph_of(op), RK3588)
    numbers = requantization(layer)
    assert numbers.multipliers is not None
    assert numbers.multipliers.max() == 32767
    least, most = sums(layer)
    products = np.maximum(np.abs(least), np.abs(most)) * numbers.multipliers
    assert products.max() >> numbers.shift < 1 << 31
    assert numbers.shift == 0 or products.max() >> numbers.shift - 1 >= 1 << 31


def test_scales_far_apart_go_in_bands_and_are_put_in_order() -> None:
    order = np.random.default_rng(0).permutation(64)
    near, far = (convolution(np.geomspace(1e-3, end, 64)[order]) for end in (2e-4, 1e-9))
    assert len(divided(lower(near, graph_of(near), RK3588), RK3588)) == 1
    layers = divided(lower(far, graph_of(far), RK3588), RK3588)
    assert len(layers) > 3
    gathers = [layer for layer in layers if layer.destination is far.output]
    assert [layer.first_channel for layer in gathers] == [0, 32]
    assert all((layer.weights != 0).sum() == layer.kernels == 32 for layer in gathers)
    for layer in layers:
        if layer.per_channel:
            used = requantization(layer).multipliers
            assert used is not None
            assert used.max() == 32767


def test_groups_of_their_own_scales_are_tasks_of_their_own() -> None:
    op = convolution(np.repeat([1e-3, 1e-6], 32), typical=1e-6)
    layers = divided(lower(op, graph_of(op), RK3588), RK3588)
    assert [layer.first_channel for layer in layers] == [0, 32]
    assert all(layer.destination is op.output for layer in layers)
    assert max(compared(op)) <= 1


@pytest.mark.parametrize("depthwise", [False, True])
def test_kernels_may_have_zero_points_of_their_own(depthwise: bool) -> None:
    """Source: facts of 2026-11, A1: the stream's operand B."""
    op = convolution(np.full(20, 1e-3), 20, depthwise=depthwise)
    zeros = np.random.default_rng(4).integers(-60, 60, 20)
    quantization = replace(op.weights.q, zero_point=zeros)
    assert max(compared(replace(op, weights=replace(op.weights, quantization=quantization)))) <= 1


def test_registers_are_those_that_boards_ran() -> None:
    """Source: facts of 2026-11, A1."""
    op = convolution(np.linspace(2e-4, 1e-3, 40))
    (plan,) = planned(lower(op, graph_of(op), RK3588), RK3588)
    words = rocket.export(graph_of(op)).arrays["words"]

    def register(kind: type[Register]) -> int:
        (word,) = words[words & np.uint64(OFFSET_MASK) == kind.offset]
        return value_and_offset(int(word))[0]

    shift = plan.numbers.shift
    assert register(DPU_BS_CFG) == 0x20140
    assert register(DPU_BS_MUL_CFG) == shift << 8 | 1
    assert register(DPU_DATA_FORMAT) == shift << 4
    assert register(DPU_BS_OW_CFG) & 1 == 1
    assert register(DPU_RDMA_RDMA_BRDMA_CFG) == 0xE
    assert plan.sizes.written_channels * 8 == 64 * 64 // 8


def beyond_int32(scale: float) -> Convolution:
    """Two channels of sums up to 3.5 million around the ends of int32, of that many LSB each."""
    op = convolution(np.full(2, scale * 0.05), zero=0)
    op = replace(op, output=replace(op.output, quantization=Quantization.per_tensor(0.05**2, 0)))
    stored(op.weights)[:] = 127
    stored(op.bias)[:] = 2**31 - 1, -(2**31) + 1
    return op


def test_a_bias_is_clipped_where_sums_leave_int32_by_what_outputs_hardly_show() -> None:
    layer = lower(op := beyond_int32(1.5e-8), graph_of(op), RK3588)
    (kept,) = divided(layer, RK3588)
    assert np.abs(sums(layer)).max() > 2**31
    assert np.abs(sums(kept)).max() < 2**31
    assert np.array_equal(kept.weights, layer.weights)
    assert max(compared(op)) <= 1


def test_sums_that_leave_int32_by_more_are_refused() -> None:
    layer = lower(op := beyond_int32(5e-8), graph_of(op), RK3588)
    with pytest.raises(UnsupportedError, match="its sums exceed int32"):
        divided(layer, RK3588)


@pytest.mark.parametrize("backend", ["rocket", "vsim"])
@pytest.mark.parametrize("sign", [1, -1])
def test_sums_of_one_scale_stay_within_int32(backend: str, sign: int) -> None:
    """To the last unit: by one more, nobody knows what a chip makes of them."""
    scale, weights = Quantization.per_tensor(1.0, 0), np.full((2, 3, 3, 4), sign, np.int8)
    furthest = (127 if sign > 0 else 128) * weights[0].size
    x = Tensor("x", (1, 5, 5, 4), np.dtype(np.int8), scale)
    y = Tensor("y", (1, 3, 3, 2), np.dtype(np.int8), Quantization.per_tensor(2.0**25, 0))
    for beyond in (0, 1):
        bias = np.full(2, 2**31 - 1 - furthest + beyond, np.int32)
        op = Convolution(
            input=x,
            weights=Tensor("w", weights.shape, weights.dtype, scale, weights),
            bias=Tensor("b", (2,), bias.dtype, None, bias),
            output=y,
        )
        graph = graph_of(op)
        taken = open_backend(backend).supports(op, graph)
        assert bool(taken) is not bool(beyond), taken.reason
        if taken:
            with npucore.Session(graph, backend, strict=True) as session:
                (got,) = session.run(np.full(x.shape, 127 if sign > 0 else -128, np.int8))
            assert set(got.ravel().tolist()) == {64}


@pytest.mark.parametrize(("multiplier", "layers"), [(1500.5, 3), (4000.5, 1)])
def test_channels_part_where_a_multiplier_errs_by_more_than_a_sixteenth(
    multiplier: float, layers: int
) -> None:
    """Half a unit of 1500.5 is 0.085 of an output that reaches 255 LSB; of 4000.5 it is 0.032."""
    op = convolution(np.array([1.0, multiplier / 32767]), kernel=1, zero=-128, typical=0.01)
    assert len(divided(lower(op, graph_of(op), RK3588), RK3588)) == layers

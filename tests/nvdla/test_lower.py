# SPDX-License-Identifier: MIT
"""Ops become what the units do, within the published bounds."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    Convolution,
    LeakyRelu,
    Mul,
    Op,
    Padding,
    Pooling,
    PoolingType,
    Subtract,
)
from npucore.tensor import Array
from npucore_nvdla.registers import csc
from npucore_nvdla.stream import CONVOLUTION, POINTS, POOL, Settings, enabled
from tests.material.nvdla.graphs import compiled, feature_map, graph, off_by, weights


def kinds(*ops: Op) -> list[tuple[str, ...]]:
    return [enabled(task.words) for task in compiled(graph(*ops)).jobs]


def grouped(
    data: Array, channels: int, groups: int, zero: int = 0, scale: float = 0.9, **more: object
) -> Convolution:
    return Convolution(
        input=feature_map("x", 1, 9, 8, channels),
        weights=weights(data, scale=0.004, zero=zero),
        output=feature_map("y", 1, 9, 8, len(data), scale=scale, zero=5),
        padding=Padding(1, 1, 1, 1),
        groups=groups,
        **more,  # type: ignore[arg-type]
    )


def random(*shape: int, dtype: type = np.int8) -> Array:
    low, high = (-127, 128) if dtype is np.int8 else (0, 256)
    return np.random.default_rng(5).integers(low, high, shape).astype(dtype)


def test_a_depthwise_layer_is_a_task_for_every_eight_channels() -> None:
    op = grouped(random(20, 3, 3, 1), 20, 20)
    assert kinds(op) == [CONVOLUTION] * 3
    assert off_by(graph(op)) <= 1
    jobs = compiled(graph(op)).jobs
    assert jobs[0].words is jobs[1].words, "they differ in addresses alone"


@pytest.mark.parametrize("groups", [2, 5])
def test_groups_fill_whole_atoms(groups: int) -> None:
    op = grouped(random(20, 3, 3, 40 // groups), 40, groups)
    assert off_by(graph(op)) <= 1


@pytest.mark.parametrize(("channels", "groups"), [(13, 1), (20, 20)], ids=["dense", "depthwise"])
def test_weights_of_nine_bits_read_the_map_twice(channels: int, groups: int) -> None:
    op = grouped(random(20, 3, 3, channels // groups, dtype=np.uint8), channels, groups, zero=180)
    found = kinds(op)
    assert found.count(POINTS) == 2, "two copies of the caller's map"
    assert off_by(graph(op)) <= 1
    over = Settings(dict(compiled(graph(op)).jobs[-1].words.tolist()))
    assert (
        over(csc.D_DATAIN_SIZE_EXT_1).datain_channel_ext + 1 == {13: 16 + 13, 20: 8 + 4}[channels]
    )


def test_weights_beyond_eight_bits_by_one_are_negated() -> None:
    op = grouped(random(20, 3, 3, 13, dtype=np.uint8), 13, 1, zero=127)
    assert kinds(op) == [CONVOLUTION]
    assert off_by(graph(op)) <= 1


@pytest.mark.parametrize(
    "activation", [Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1], ids=str
)
def test_clamps_inside_the_range_are_kept(activation: Activation) -> None:
    op = grouped(random(9, 3, 3, 4), 4, 1, scale=0.1, activation=activation)
    assert off_by(graph(op)) <= 1
    assert kinds(op) == [CONVOLUTION, POINTS][: 1 + (activation is not Activation.RELU)]


def test_dilation_is_the_chips_own() -> None:
    data = random(9, 3, 3, 12)
    op = Convolution(
        input=feature_map("x", 1, 20, 21, 12),
        weights=weights(data),
        output=feature_map("y", 1, 14, 17, 9, scale=2.0),
        dilation=(3, 2),
    )
    assert kinds(op) == [CONVOLUTION]
    assert off_by(graph(op)) <= 1


@pytest.mark.parametrize("kind", [Add, Subtract])
def test_a_sum_of_two_scales_is_one_task(kind: type[Add]) -> None:
    a, b = feature_map("a", 1, 7, 5, 11), feature_map("b", 1, 7, 5, 11, scale=0.31, zero=9)
    op = kind(a=a, b=b, output=feature_map("y", 1, 7, 5, 11, scale=0.7, zero=2))
    assert kinds(op) == [POINTS]
    assert off_by(graph(op)) <= 1


def test_products_by_a_map_around_zero() -> None:
    a, b = feature_map("a", 1, 7, 5, 11), feature_map("b", 1, 7, 5, 11, scale=0.31, zero=0)
    op = Mul(a=a, b=b, output=feature_map("y", 1, 7, 5, 11, scale=11.0, zero=2))
    assert off_by(graph(op)) <= 1


def test_what_is_negative_is_multiplied_alone() -> None:
    y = feature_map("y", 1, 7, 5, 11, scale=0.4, zero=7)
    op = LeakyRelu(input=feature_map("x", 1, 7, 5, 11), output=y, alpha=0.13)
    assert off_by(graph(op)) <= 1


def pool(kind: PoolingType, border: int, size: int) -> Pooling:
    return Pooling(
        type=kind,
        input=feature_map("x", 1, 12, 11, 13),
        output=feature_map("y", 1, 13 + 2 * border - size, 12 + 2 * border - size, 13),
        kernel=(size, size),
        padding=Padding(border, border, border, border),
    )


@pytest.mark.parametrize("kind", PoolingType, ids=str)
def test_pools_go_to_the_pooling_unit(kind: PoolingType) -> None:
    assert kinds(pool(kind, 0, 3)) == [POOL]
    assert off_by(graph(pool(kind, 0, 3))) <= (kind is PoolingType.AVERAGE)


def test_averages_over_the_edge_have_a_factor_for_each_result() -> None:
    op = pool(PoolingType.AVERAGE, 1, 3)
    assert kinds(op) == [CONVOLUTION] * 2
    assert off_by(graph(op)) <= 1


def test_maps_side_by_side_are_written_there_at_once() -> None:
    first = grouped(random(16, 3, 3, 4), 4, 1)
    second = Add(a=first.output, b=first.output, output=feature_map("z", 1, 9, 8, 16, scale=1.8))
    other = LeakyRelu(
        input=second.output, output=feature_map("w", 1, 9, 8, 16, scale=0.9, zero=5), alpha=0.5
    )
    both = Concatenation(
        operands=(first.output, other.output),
        output=feature_map("both", 1, 9, 8, 32, scale=0.9, zero=5),
        axis=3,
    )
    assert kinds(first, second, other, both) == [CONVOLUTION, POINTS, POINTS]
    assert off_by(graph(first, second, other, both)) <= 2

# SPDX-License-Identifier: MIT
"""Weights with a scale per channel, requantized when the user asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.errors import InputError
from npucore.ops import Convolution
from npucore.reference import ReferenceBackend
from npucore.rewrite.one_scale import one_scale
from npucore.running.partition import partition
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket import RocketBackend
from tests.material.rocket.random_ops import graph_of

SCALES = (2**-6, 2**-7, 2**-12)


def layer() -> Convolution:
    """1 x 1, three channels of very different scales."""
    rng = np.random.default_rng(1)
    data = rng.integers(-127, 128, (3, 1, 1, 40), np.int8)
    bias = np.array([500, -700, 3000], np.int32)
    return Convolution(
        input=Tensor("x", (1, 6, 6, 40), np.dtype(np.int8), Quantization.per_tensor(0.05, 3)),
        weights=Tensor("w", data.shape, data.dtype, Quantization.per_channel(SCALES, 0), data),
        bias=Tensor("b", bias.shape, bias.dtype, None, bias),
        output=Tensor("y", (1, 6, 6, 3), np.dtype(np.int8), Quantization.per_tensor(0.4, -9)),
    )


def stored(constant: Tensor | None) -> Array:
    assert constant is not None
    assert constant.data is not None
    return constant.data


def test_weights_and_bias_keep_their_real_values_to_half_a_step() -> None:
    op, changed = layer(), one_scale(layer())
    assert changed is not None
    assert isinstance(changed.op, Convolution)
    weights, bias = changed.op.weights, changed.op.bias
    assert weights.q.axis is None
    before = stored(op.weights)
    real = before * np.reshape(SCALES, (3, 1, 1, 1))
    step = float(np.max(weights.q.scale))
    assert step == pytest.approx(max(SCALES))
    assert np.abs(stored(weights) * step - real).max() <= step / 2
    assert np.array_equal(stored(bias), [500, -350, 47])
    assert np.array_equal(stored(weights)[0], before[0])


def test_the_report_names_the_worst_channels_error() -> None:
    changed = one_scale(layer())
    assert changed is not None
    steps = np.abs(stored(layer().weights)[2]).max() * SCALES[2] / SCALES[0]  # about 2 are left
    assert 0.1 < changed.error <= 0.5 / steps
    verdict = RocketBackend(per_channel="requantize", trust="shown").supports(
        op := layer(), graph_of(op)
    )
    worst = f"{changed.error:.1%}"
    assert verdict.note == f"weights requantized to one scale, off by up to {worst} in a channel"
    assert RocketBackend(trust="proven").supports(op, graph_of(op)).note is None


def test_it_computes_what_the_changed_op_says() -> None:
    op = layer()
    graph, changed = graph_of(op), one_scale(op)
    assert changed is not None
    x = np.random.default_rng(2).integers(-128, 128, op.input.shape, np.int8)
    (got,) = RocketBackend(per_channel="requantize").compile(graph).run([x])
    (want,) = ReferenceBackend().compile(graph_of(changed.op)).run([x])
    assert len(np.unique(want)) >= 32
    assert np.abs(got.astype(int) - want).max() <= 1


def test_one_scale_is_left_alone_and_a_wrong_setting_refused() -> None:
    changed = one_scale(layer())
    assert changed is not None
    assert one_scale(changed.op) is None
    with pytest.raises(InputError, match="per_channel 'merge', wanted keep or requantize"):
        RocketBackend(per_channel="merge")


def test_explain_tells_what_was_changed_and_only_there(tmp_path: Path) -> None:
    graph = graph_of(layer())
    (changed,) = partition(graph, [RocketBackend(per_channel="requantize")]).placements
    (kept,) = partition(graph, [RocketBackend()]).placements
    assert changed.note is not None
    assert "off by up to" in changed.note
    assert kept.note is None
    path = tmp_path / "changed.npu"
    npucore.compile(graph, "rocket", placement="greedy", per_channel="requantize").write(path)
    assert npucore.Artifact.read(path).placements[0].note == changed.note

# SPDX-License-Identifier: MIT
"""Ops on the CPU cost what the table says, on the core that is meant."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.ops import (
    Convolution,
    Erf,
    Floor,
    LeakyRelu,
    Padding,
    Pooling,
    PoolingType,
    Relu,
    Reverse,
)
from npucore.running.host import OTHER, Host, effort, host_of, table
from npucore.running.session import open_backend
from npucore.tensor import Quantization, Tensor

F32, INT8 = np.dtype(np.float32), np.dtype(np.int8)
Q = Quantization.per_tensor(0.1)


def relu(elements: int) -> Relu:
    x, y = (Tensor(name, (elements,), F32) for name in "xy")
    return Relu(input=x, output=y)


def conv(groups: int) -> Convolution:
    shape = (8, 3, 3, 8 // groups)
    return Convolution(
        input=Tensor("x", (1, 6, 6, 8), INT8, Q),
        weights=Tensor("w", shape, INT8, Q, np.ones(shape, np.int8)),
        output=Tensor("y", (1, 6, 6, 8), INT8, Q),
        padding=Padding(1, 1, 1, 1),
        groups=groups,
    )


def test_kinds_are_told_apart_where_their_costs_differ() -> None:
    assert effort(conv(1)).kind == "convolution:integer"
    assert effort(conv(8)).kind == "convolution/depthwise:integer"
    assert effort(relu(4)).kind == "relu:float"
    assert (effort(relu(4)).elements, effort(relu(4)).products) == (8, 0)
    assert effort(conv(1)).products == 36 * 8 * 72
    x, y = (Tensor(name, (1, 4, 4, 2), INT8, Q) for name in "xy")
    pool = Pooling(type=PoolingType.MAX, input=x, output=y, kernel=(1, 1))
    assert effort(pool).kind == "pooling/max:integer"
    assert effort(pool).products == 32


def test_every_row_of_the_table_is_a_cost_with_its_error() -> None:
    kinds = table()["kinds"]
    assert kinds.keys() >= {"convolution:integer", "relu:float", "detection_postprocess:float"}
    for kind, row in kinds.items():
        assert min(row.values()) >= 0
        assert row["base_ns"] > 0
        assert kind == OTHER or row["error"] < 0.5
    assert table()["machine"].keys() >= {"cpu", "seven_zip_mips", "float_gmacs", "measured"}


def test_larger_ops_and_slower_cores_take_longer() -> None:
    fast, slow = Host("a76"), Host("a55")
    assert fast.seconds(relu(1000)) < fast.seconds(relu(100_000)) < slow.seconds(relu(100_000))
    assert 0 < fast.call_seconds() < slow.call_seconds()
    assert fast.copy_bytes > slow.copy_bytes


def test_a_kind_that_was_not_measured_takes_what_is_usual() -> None:
    x, y = (Tensor(name, (4,), F32) for name in "xy")
    op = Reverse(input=x, output=y, axes=(0,))
    assert f"{op.name}:float" not in table()["kinds"]
    assert Host().seconds(op) > 0
    assert effort(Floor(input=x, output=y)).kind in table()["kinds"]


def test_an_unknown_core_is_refused() -> None:
    with pytest.raises(InputError, match="host: 'm1', wanted a76 or a55"):
        Host("m1")


def test_the_cpu_that_is_used_has_its_own_costs() -> None:
    pytest.importorskip("ai_edge_litert", reason="LiteRT is not installed")
    x, y = (Tensor(name, (1, 80, 80, 128), INT8, Q) for name in "xy")
    op, rocket = LeakyRelu(input=x, output=y, alpha=0.1), open_backend("rocket", device="simulator")
    others = [host_of("a76", [rocket, open_backend(name)]) for name in ("litert", "reference")]
    fast, slow = (host.seconds(op) for host in others)
    assert slow == Host("a76").seconds(op)
    assert fast < slow / 3


def test_a_kind_that_a_cpu_was_not_measured_with_costs_what_the_reference_takes() -> None:
    costs = open_backend("litert").costs()  # type: ignore[attr-defined]
    assert "erf:float" not in costs["kinds"]
    x, y = (Tensor(name, (1, 80, 80, 128), F32) for name in "xy")
    op = Erf(input=x, output=y)
    assert Host("a76", costs).seconds(op) == pytest.approx(Host("a76").seconds(op), rel=0.2)

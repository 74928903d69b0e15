# SPDX-License-Identifier: MIT
"""Layers and the maps that their operands are; what is folded into weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from npucore import Session
from npucore.conformance.graphs import every_graph
from npucore.graph import Graph
from npucore.ops import BatchMatmul, FullyConnected, Op, Quantize, Reshape, Transpose
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.chip import RK3588
from npucore_rocket.lower import fully_connected
from npucore_rocket.lower.fully_connected import Window, window
from npucore_rocket.maps import MapShape, map_shape
from tests.material.conformance.controls.layouts import one_pixel

INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05, 3)


def tensor(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, INT8, Q)


def dense(source: Tensor, inputs: int, *result: int) -> FullyConnected:
    data = np.random.default_rng(inputs).integers(-100, 101, (result[-1], inputs), np.int8)
    weights = Tensor("w", data.shape, INT8, Quantization.per_tensor(0.001, 0), data)
    return FullyConnected(input=source, weights=weights, output=tensor("y", *result))


def graph(*ops: Op) -> Graph:
    return Graph(ops, (ops[0].inputs[0],), ops[-1].outputs)


def test_a_layer_that_takes_its_operand_for_another_map_is_refused() -> None:
    op = dense(tensor("x", 1, 4, 4, 8), 128, 1, 10)
    with patch.object(fully_connected, "window", one_pixel):
        verdict = RocketBackend().supports(op, graph(op))
    lies = "x of shape (1, 4, 4, 8) does not lie as the 1 pixels of 128 channels"
    assert verdict.reason == f"{lies} that its layer expects"
    assert RocketBackend().supports(op, graph(op))


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((1, 4, 5, 8), (4, 5, 8)), ((8,), (1, 1, 8)), ((3, 8), (3, 1, 8)), ((1, 6, 8), (6, 1, 8)),
        ((2, 4, 5, 8), (40, 1, 8)), ((1, 2, 3, 4, 8), (24, 1, 8)), ((), None), ((0, 8), None),
    ],
)  # fmt: skip
def test_the_last_axis_is_channels(
    shape: tuple[int, ...], wanted: tuple[int, int, int] | None
) -> None:
    assert map_shape(tensor("x", *shape)) == wanted


@pytest.mark.parametrize(
    ("shape", "inputs", "wanted"),
    [
        ((1, 4, 4, 8), 128, Window(MapShape(4, 4, 8), (4, 4), (1, 1))),
        ((1, 4, 4, 8), 8, Window(MapShape(4, 4, 8), (1, 1), (4, 4))),
        ((1, 4, 6, 8), 48, Window(MapShape(8, 3, 8), (2, 3), (4, 1))),
        ((1, 2, 8, 8), 128, Window(MapShape(4, 4, 8), (4, 4), (1, 1))),
        ((1, 5, 7, 8), 56, Window(MapShape(5, 7, 8), (1, 7), (5, 1))),
        ((1, 128), 128, Window(MapShape(1, 1, 128), (1, 1), (1, 1))),
        ((1, 4, 4, 8), 4, None),  # half a pixel
        ((1, 1, 37, 8), 296, None),  # no kernel has 37 columns
        ((1, 3, 4, 8), 40, None),  # 5 of 12 pixels
    ],
)
def test_a_kernel_covers_a_row_of_the_matrix(
    shape: tuple[int, ...], inputs: int, wanted: Window | None
) -> None:
    assert window(tensor("x", *shape), inputs, RK3588) == wanted


def test_moves_before_a_layer_go_into_its_weights_and_take_no_job() -> None:
    x = tensor("x", 1, 4, 5, 16)
    planes = Transpose(input=x, output=tensor("p", 1, 16, 4, 5), permutation=(0, 3, 1, 2))
    flat = Reshape(input=planes.output, output=tensor("f", 1, 320))
    last = dense(flat.output, 320, 1, 10)
    with Session(graph(planes, flat, last), "rocket", fallback=None) as session:
        assert len(session.runs) == 1
    arrays = RocketBackend().export(graph(planes, flat, last)).arrays
    assert len(arrays["tasks"]) == 1


def test_a_move_that_somebody_else_reads_stays_where_it_is() -> None:
    x = tensor("x", 1, 4, 5, 16)
    flat = Reshape(input=x, output=tensor("f", 1, 320))
    last = dense(flat.output, 320, 1, 10)
    both = Graph((flat, last), (x,), (flat.output, last.output))
    reason = "(1, 4, 5, 16) to (1, 320) moves bytes in the NPU's layout"
    assert RocketBackend().supports(flat, both).reason == reason
    other = Quantize(input=flat.output, output=tensor("q", 1, 320))
    both = Graph((flat, last, other), (x,), (last.output, other.output))
    assert RocketBackend().supports(flat, both).reason == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"transpose_a": True}, "its left operand is transposed"),
        ({"b": tensor("b", 1, 4, 8, 4)}, "its right operand is computed, or not one matrix"),
    ],
)
def test_other_products_are_refused(changes: dict[str, Any], reason: str) -> None:
    data = np.ones((1, 4, 8, 4), np.int8)
    fields: dict[str, Any] = {
        "a": tensor("a", 1, 4, 8, 8),
        "b": Tensor("b", data.shape, INT8, Q, data),
        "output": tensor("y", 1, 4, 8, 4),
    } | changes
    op = BatchMatmul(**fields)
    inputs = tuple(operand for operand in op.inputs if not operand.is_constant)
    alone = Graph((op,), inputs, op.outputs)
    assert str(RocketBackend().supports(op, alone).reason).startswith(reason)


def test_classifiers_run_on_the_npu_alone() -> None:
    wanted = ("classifier_without_reshape", "classifier_of_planes", "tokens", "flat_classifier")
    for case in every_graph():
        if case.name.startswith(wanted):
            with Session(case.build().graph, "rocket", fallback=None) as session:
                assert len(session.runs) == 1, case.name


CASES = "cases/2026-11"


def test_cases_from_the_field(shared: Path) -> None:
    for folder in sorted((shared / CASES).glob("rocket_*")):
        case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        oracle = np.load(folder / "oracle.npz")
        inputs = [oracle[name] for name in oracle.files if name.startswith("in")]
        wanted = [oracle[name] for name in oracle.files if name.startswith("out")]
        for backend in ("rocket", "vsim"):
            with Session(folder / case["file"], backend, placement="greedy") as session:
                assert any(p.backend.startswith(backend) for p in session.placement)
                found = session.run(inputs)
            for got, want in zip(found, wanted, strict=True):
                assert np.abs(got.astype(int) - want).max() <= 1, (folder.name, backend)

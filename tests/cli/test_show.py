# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution, Padding
from npucore.ops.macs import macs
from npucore.running import census
from npucore.tensor import Quantization, Tensor

from .conftest import Command

QUANTIZATION = Quantization.per_tensor(0.5)


def convolution() -> Convolution:
    """3 x 3, stride 2, from (1, 8, 8, 4) to (1, 4, 4, 6)."""
    weights = np.ones((6, 3, 3, 4), np.int8)
    return Convolution(
        input=Tensor("x", (1, 8, 8, 4), np.dtype(np.int8), QUANTIZATION),
        weights=Tensor("w", weights.shape, weights.dtype, QUANTIZATION, weights),
        output=Tensor("y", (1, 4, 4, 6), np.dtype(np.int8), QUANTIZATION),
        stride=(2, 2),
        padding=Padding(0, 1, 0, 1),
    )


def test_inputs_come_with_their_quantization(npucore: Command, model: Path) -> None:
    first = npucore("show", model).out.splitlines()[0]
    assert first.split()[:3] == ["input", "pixels", "uint8"]
    assert first.endswith("(1, 2, 2, 3)  scale 0.00392156886, zero point 0")


def test_the_totals_stand_last(npucore: Command, model: Path) -> None:
    last = npucore("show", model).out.splitlines()[-3:]
    assert last == [
        "1 reshape, 1 softmax",
        "2 ops, 0 MACs, 0 bytes of parameters",
        "memory at run time: 2.0 MiB of constants, 1.0 MiB of values at scores",
    ]


def test_json_lists_ops_with_their_operands(npucore: Command, model: Path) -> None:
    report = json.loads(npucore("show", model, "--json").out)
    assert report["ops"][0]["inputs"][0]["quantization"]["zero_point"] == [0]


def test_a_convolution_multiplies_once_per_weight_and_output_pixel() -> None:
    assert macs(convolution()) == 4 * 4 * 6 * 3 * 3 * 4


def test_a_named_backend_says_what_it_takes(npucore: Command, model: Path) -> None:
    last = npucore("show", model, "--backend", "careful").out.splitlines()[-1]
    here = "careful: on the simulator 1 of 2 ops (trust=sibling)"
    assert last == f"{here}; on a board 0 of 2 ops (trust=shown)"
    report = json.loads(npucore("show", model, "--backend", "careful", "--json").out)
    assert [(w["where"], w["ops"]) for w in report["work"]] == [("simulator", 1), ("board", 0)]
    assert json.loads(npucore("show", model, "--json").out)["work"] == []


def test_attributes_that_are_defaults_are_left_out() -> None:
    assert census.settings(convolution()) == {
        "kernel": "3,3",
        "stride": "2,2",
        "padding": "0,1,0,1",
    }


def test_a_shared_constant_counts_once() -> None:
    op = convolution()
    other = Tensor("z", op.output.shape, op.output.dtype, QUANTIZATION)
    twin = Convolution(
        input=op.input, weights=op.weights, output=other, stride=(2, 2), padding=op.padding
    )
    graph = Graph((op, twin), (op.input,), (op.output, other))
    assert census.constants(graph) == [op.weights]

# SPDX-License-Identifier: MIT
"""Operands, results and shapes of ops, and what they refuse."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from npucore import ops
from npucore.errors import InvalidModelError
from npucore.ops import Op, Padding
from npucore.reference.kernels import OPS
from tests.material.ops.an_op import an_op
from tests.material.ops.newer_ops import REFUSED_NEWER
from tests.material.ops.numeric_ops import REFUSED_NUMBERS
from tests.material.ops.refused_ops import (
    AVERAGE,
    CONV,
    DECONV,
    DETECT,
    MAP,
    PAIR,
    REFUSED,
    SLICE,
    t,
)

EVERY = [*REFUSED, *REFUSED_NUMBERS, *REFUSED_NEWER]

GOOD: list[tuple[type[Op], dict[str, Any]]] = [
    (ops.Convolution, CONV),
    (ops.TransposeConvolution, DECONV),
    (ops.DetectionPostprocess, DETECT),
    (ops.Add, PAIR),
    (ops.StridedSlice, SLICE),
    (ops.Pooling, MAP | {"type": AVERAGE, "kernel": (1, 1)}),
    (ops.Argmax, {"input": t(2, 3), "output": t(2), "axis": -1}),
    (ops.Transpose, {"input": t(2, 3), "output": t(3, 2), "permutation": (1, 0)}),
]


@pytest.mark.parametrize(("kind", "fields"), GOOD, ids=lambda value: getattr(value, "name", ""))
def test_what_the_refusals_are_made_of_is_accepted(kind: type[Op], fields: dict[str, Any]) -> None:
    assert kind(**fields).outputs


@pytest.mark.parametrize(
    ("kind", "fields", "message"), EVERY, ids=[f"{kind.name}-{why}" for kind, _, why in EVERY]
)
def test_an_op_refuses(kind: type[Op], fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidModelError, match=message):
        kind(**fields)


@pytest.mark.parametrize("name", OPS)
def test_an_op_refuses_results_with_an_axis_more(name: str) -> None:
    op = an_op(name)
    wrong = tuple(dataclasses.replace(t, shape=(*t.shape, 2), data=None) for t in op.outputs)
    results = {"results": wrong} if hasattr(op, "results") else {"output": wrong[0]}
    with pytest.raises(InvalidModelError, match=f"^{name} -> "):
        dataclasses.replace(op, **results)


def test_a_message_names_the_op_and_its_result() -> None:
    with pytest.raises(InvalidModelError, match=r"^absolute -> t: "):
        ops.Absolute(input=t(2), output=t(3))


@pytest.mark.parametrize(
    ("changes", "shape"),
    [
        ({}, (1, 2, 2, 6)),
        ({"stride": (2, 1)}, (1, 1, 2, 6)),
        ({"padding": Padding(1, 0, 2, 1)}, (1, 3, 5, 6)),
        ({"dilation": (1, 1), "weights": t(9, 1, 2, 6)}, (1, 4, 3, 9)),
        ({"groups": 6, "weights": t(12, 3, 3, 1)}, (1, 2, 2, 12)),
    ],
    ids=["plain", "stride", "padding", "kernel", "depthwise"],
)
def test_a_convolution_s_shape(changes: dict[str, Any], shape: tuple[int, ...]) -> None:
    assert ops.Convolution(**CONV | changes | {"output": t(*shape)}).output.shape == shape


def test_operands_stand_in_the_order_of_the_fields() -> None:
    bias = t(6)
    op = ops.Convolution(**CONV, bias=bias)
    assert op.inputs == (CONV["input"], CONV["weights"], bias)


def test_an_operand_that_is_left_out_is_no_input() -> None:
    assert len(ops.Convolution(**CONV).inputs) == 2


def test_several_results_are_the_outputs() -> None:
    pieces = (t(1), t(3))
    assert ops.Split(input=t(4), results=pieces, axis=0, sizes=(1, 3)).outputs == pieces

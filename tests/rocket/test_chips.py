# SPDX-License-Identifier: MIT
"""A chip is one entry of the table: nothing else of the backend knows its name or its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import npucore_rocket
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.tensor import Tensor
from npucore_rocket.chip import CHIPS, RK3588
from npucore_rocket.lower import Layer, lower
from npucore_rocket.plan import planned
from npucore_rocket.selftest.graphs import Q, convolution

PACKAGE = Path(npucore_rocket.__file__).parent
KNOWING = ("chip.py", "facts.py", "contradictions.py", "registers/")
"""The table; and evidence, which says where something ran."""
SIZES = r"^(ATOM|ATOM_BYTES|LANES|KERNEL_GROUP|DEPTHWISE_GROUP|CHANNEL_TILE)\b.*="


def modules() -> list[tuple[str, str]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [(str(path.relative_to(PACKAGE)), path.read_text()) for path in paths]


def test_no_module_but_the_table_and_the_facts_knows_a_later_chip() -> None:
    _, *later = CHIPS
    for name, text in modules():
        for chip in () if name.startswith(KNOWING) else later:
            assert chip not in text.lower(), name


def test_no_module_takes_a_chip_that_it_is_not_given() -> None:
    names = "|".join(name.upper() for name in CHIPS)
    for name, text in modules():
        if not name.startswith(KNOWING):
            assert not re.search(rf"^(?:from|import) .*\b(?:{names})\b", text, re.M), name
            assert not re.search(r"chip: Chip = ", text), name


def test_no_module_has_sizes_of_its_own() -> None:
    for name, text in modules():
        assert not re.search(SIZES, text, re.M), name


def layer(*shape: int) -> Layer:
    op = convolution(Tensor("x", shape, np.dtype(np.int8), Q), 64, 3)
    return lower(op, Graph((op,), op.inputs[:1], op.outputs, Rounding.EXACT), RK3588)


@pytest.mark.parametrize("banks", [4, 8, 12])
def test_tasks_use_the_banks_that_the_chip_has(banks: int) -> None:
    chip = replace(RK3588, cbuf_banks=banks)
    (plan,) = planned(layer(1, 160, 64, 64), chip)
    assert {task.banks.data + task.banks.weights for task in plan.tasks} == {banks}
    assert sum(task.rows for task in plan.tasks) == plan.layer.destination_shape.height
    assert len(plan.tasks) > 1


def test_fewer_banks_make_more_tasks() -> None:
    large = layer(1, 160, 64, 64)
    few, many = (planned(large, replace(RK3588, cbuf_banks=banks)) for banks in (4, 12))
    assert len(few[0].tasks) > len(many[0].tasks)


def test_depthwise_channels_go_by_as_many_as_a_task_may_have() -> None:
    op = convolution(Tensor("x", (1, 9, 9, 80), np.dtype(np.int8), Q), 80, 3, depthwise=True)
    whole = lower(op, Graph((op,), op.inputs[:1], op.outputs, Rounding.EXACT), RK3588)
    chip = replace(RK3588, limits=replace(RK3588.limits, depthwise=32), depthwise_group=32)
    plans = planned(whole, chip)
    assert [plan.layer.kernels for plan in plans] == [32, 32, 16]
    assert [plan.layer.source_channel for plan in plans] == [0, 32, 64]
    assert [plan.layer.first_channel for plan in plans] == [0, 32, 64]

# SPDX-License-Identifier: MIT
"""A chip is one entry of the table: nothing else of the backend knows its name or its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import npucore_rocket
from npucore.conformance.cases import every_case
from npucore.contract.backend import Exported
from npucore.errors import DeviceError, InvalidModelError
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.ops import Add, Op
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.chip import CHIPS, RK3588
from npucore_rocket.lower import Layer
from npucore_rocket.lower import layer as lower
from npucore_rocket.plan import planned
from npucore_rocket.registers.dialect import DialectError
from npucore_rocket.rules import rules
from npucore_rocket.selftest.graphs import Q, convolution
from npucore_rocket.stream import Write, decode, understood, value_and_offset
from npucore_rocket.virtual import VirtualKernel

PACKAGE = Path(npucore_rocket.__file__).parent
KNOWING = ("chip/", "facts.py", "contradictions.py", "registers/")
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


LATER = [name for name in CHIPS if name != RK3588.name]


def graph(*ops: Op) -> Graph:
    return Graph(ops, ops[0].inputs[:1], ops[-1].outputs, Rounding.EXACT)


def fields(exported: Exported, chip: str) -> dict[str, int]:
    """The last value of each field that the first task's words write, as the family has them."""
    count = int(exported.arrays["tasks"][0, 2])
    words = understood(exported.arrays["words"][:count], CHIPS[chip])
    items = (item for item in decode(words) if isinstance(item, Write) and item.register)
    return {
        f"{item.register.__name__}.{name}": value
        for item in items
        if item.register
        for name, value in item.register.decode(item.value).field_values().items()
    }


def raw(exported: Exported) -> dict[int, int]:
    """Offset -> value, as the chip has them."""
    count = int(exported.arrays["tasks"][0, 2])
    pairs = map(value_and_offset, exported.arrays["words"][:count].tolist())
    return {offset: value for value, offset in pairs}


def small(kernels: int = 40, *, depthwise: bool = False, scales: Array | None = None) -> Graph:
    source = Tensor("x", (1, 9, 7, 40), np.dtype(np.int8), Q)
    return graph(convolution(source, kernels, 3, depthwise=depthwise, scales=scales))


def test_words_of_the_rk3568_are_those_that_facts_name() -> None:
    each = np.linspace(0.5, 1, 40)
    here, there = (
        RocketBackend(chip, device="simulator", trust="paper").export(small(scales=each))
        for chip in ("rk3588", "rk3568")
    )
    assert raw(here)[0x4040] == 0x20140
    assert raw(there)[0x4040] == 0x148
    assert raw(there)[0x5024] == 48 - 1  # a word of 8 bytes for each of 3 x 16 channels
    assert raw(there)[0x1078] == 0x171C07
    assert raw(there)[0x1068] == 0x00030011  # the zero point over the padding
    assert 0x5024 not in raw(here)
    assert raw(there)[0x4024] == 8 * 9 * 7
    assert raw(here)[0x4024] == 16 * 9 * 7
    assert fields(there, "rk3568")["CNA_WEIGHT_SIZE2.weight_kernels"] == 48


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("depthwise", [False, True], ids=["direct", "depthwise"])
@pytest.mark.parametrize("own", [False, True], ids=["one scale", "scales"])
def test_every_chip_is_simulated_as_exactly(chip: str, depthwise: bool, own: bool) -> None:
    net = small(depthwise=depthwise, scales=np.geomspace(0.1, 1, 40) if own else None)
    stored = np.random.default_rng(1).integers(-128, 128, (1, 9, 7, 40), np.int8)
    backend = RocketBackend(chip, device="simulator", trust="paper")
    [mine] = backend.compile(net).run([stored])
    [wanted] = ReferenceBackend().compile(net).run([stored])
    assert np.abs(mine.astype(int) - wanted).max() <= 1
    assert len(set(mine.flat)) > 50


@pytest.mark.parametrize("chip", LATER)
def test_nothing_is_proven_on_a_later_chip(chip: str) -> None:
    assert max(rule.evidence for rule in rules(CHIPS[chip])) < Evidence.PROVEN


@pytest.mark.parametrize("chip", LATER)
def test_another_chips_artefact_is_refused(chip: str) -> None:
    net = small()
    backend = RocketBackend(chip, device="simulator")
    assert backend.target == chip
    with pytest.raises(InvalidModelError, match=chip):
        RocketBackend("rk3588", device="simulator").load(
            backend.export(net), net.inputs, net.outputs
        )
    with pytest.raises(DeviceError, match=f"no {chip} was found .this machine's chip is rk3588"):
        RocketBackend(chip, device=VirtualKernel())


@pytest.mark.parametrize("chip", LATER)
def test_a_machine_with_a_later_chip_is_compiled_for(chip: str) -> None:
    backend = RocketBackend(device=VirtualKernel(chip=CHIPS[chip]))
    assert (backend.chip.name, backend.target) == (chip, chip)
    assert RocketBackend(device=VirtualKernel()).target is None


def test_an_addend_that_cannot_be_said_is_refused() -> None:
    a, b, y = (Tensor(name, (1, 8, 8, 16), np.dtype(np.int8), Q) for name in "aby")
    op = Add(a=a, b=b, output=y)
    both = Graph((op,), (a, b), (y,), Rounding.EXACT)
    backend = RocketBackend("rk3568", device="simulator", trust="paper")
    assert "fetches an addend in a way" in str(backend.supports(op, both).reason)
    assert "add" not in backend.capabilities.ops
    assert "add" in RocketBackend.capabilities.ops


def test_only_the_chips_own_words_are_understood() -> None:
    chip, net = CHIPS["rk3568"], small()
    exported = RocketBackend("rk3568", device="simulator").export(net)
    words = exported.arrays["words"][: int(exported.arrays["tasks"][0, 2])]
    for wrong in (words ^ np.uint64(1 << 40), words[1:], words[:3]):
        with pytest.raises(DialectError):
            understood(wrong, chip)


@pytest.mark.parametrize("op", ["transpose_convolution", "logistic", "resize", "add"])
def test_a_chip_takes_no_kind_of_task_that_is_not_known_of_it(op: str) -> None:
    chip = RocketBackend("rk3568", device="simulator", trust=Evidence.PAPER)
    for case in every_case():
        if case.op == op and case.essential:
            graph = case.build().graph
            assert not chip.supports(graph.ops[0], graph), case.id
    assert op not in chip.capabilities.ops

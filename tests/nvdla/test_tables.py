# SPDX-License-Identifier: MIT
"""Look-up tables: every answer is the function's, on configurations that have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from npucore.graph import Graph
from npucore.hw.memory import Memory, SimulationError
from npucore.ops import Gelu, HSwish, Logistic, Mul, Op, Pointwise, PointwiseFunction, Tanh
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Quantization, Tensor
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.chip import LARGE, SMALL
from npucore_nvdla.registers import sdp, sdp_lut
from npucore_nvdla.sim.device import Nvdla
from npucore_nvdla.sim.tables import Tables
from npucore_nvdla.stream import LOADING
from npucore_nvdla.validate import Validator
from tests.material.nvdla.graphs import graph, off_by

TYPES = pytest.mark.parametrize("dtype", [np.int8, np.uint8])
MADE: dict[str, Callable[[Tensor, Tensor], Op]] = {
    "logistic": lambda x, y: Logistic(input=x, output=y),
    "tanh": lambda x, y: Tanh(input=x, output=y),
    "hswish": lambda x, y: HSwish(input=x, output=y),
    "gelu": lambda x, y: Gelu(input=x, output=y),
    "sine": lambda x, y: Pointwise(input=x, output=y, function=PointwiseFunction.SIN),
}


def every_byte(dtype: type, zero: int = 3) -> Tensor:
    q = Quantization.per_tensor(0.04, zero + (128 if dtype is np.uint8 else 0))
    return Tensor("x", (1, 4, 8, 32), np.dtype(dtype), q)


def result(dtype: type, scale: float = 1 / 100) -> Tensor:
    q = Quantization.per_tensor(scale, 100 if dtype is np.uint8 else -28)
    return Tensor("y", (1, 4, 8, 32), np.dtype(dtype), q)


def answers(of: Graph, target: str = "large") -> tuple[Array, Array]:
    """For all 256 bytes, four times: of the simulator, and of the reference."""
    (x,) = of.inputs
    given = np.resize(np.arange(256, dtype=np.uint8), x.shape).view(x.dtype)
    with (
        closing(NvdlaBackend(target).compile(of)) as ours,
        closing(ReferenceBackend().compile(of)) as theirs,
    ):
        return ours.run([given])[0], theirs.run([given])[0]


@TYPES
@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("target", ["large", "full"])
def test_every_byte_has_the_references_answer(name: str, dtype: type, target: str) -> None:
    found, wanted = answers(graph(MADE[name](every_byte(dtype), result(dtype))), target)
    assert np.abs(found.astype(int) - wanted.astype(int)).max() <= 1
    assert (found != wanted).mean() < 0.02
    assert len(np.unique(found)) > 50


def swish(zero: int) -> Graph:
    x = every_byte(np.int8, zero)
    gate = Tensor("gate", x.shape, x.dtype, Quantization.per_tensor(1 / 256, -128))
    product = Mul(a=x, b=gate, output=result(np.int8, 0.03))
    return graph(Logistic(input=x, output=gate), product)


def test_a_map_times_its_function_is_one_table() -> None:
    compiled = NvdlaBackend("large").compiled(swish(9))
    assert [task.op for task in compiled.jobs] == [1]
    found, wanted = answers(swish(9))
    assert np.abs(found.astype(int) - wanted.astype(int)).max() <= 1


def test_a_function_that_somebody_else_reads_keeps_its_own_task() -> None:
    of = swish(9)
    logistic, product = of.ops
    two = Graph(of.ops, of.inputs, (*logistic.outputs, *product.outputs), of.rounding)
    assert [task.op for task in NvdlaBackend("large").compiled(two).jobs] == [0, 1]


def test_a_configuration_without_tables_refuses_them_by_name() -> None:
    of = graph(MADE["tanh"](every_byte(np.int8), result(np.int8)))
    verdict = NvdlaBackend("small").supports(of.ops[0], of)
    assert verdict.reason == "small has no look-up tables"


def test_with_tables_between_other_layers_each_has_its_own() -> None:
    x = every_byte(np.int8)
    first = Tensor("first", x.shape, x.dtype, Quantization.per_tensor(0.01, 0))
    ops: list[Op] = [Tanh(input=x, output=first), HSwish(input=first, output=result(np.int8))]
    assert off_by(graph(*ops), "large") <= 1


def loaded(changes: Mapping[int, int]) -> Tables:
    """The tables of a task that looks up, with other values in some registers."""
    of = graph(MADE["tanh"](every_byte(np.int8), result(np.int8)))
    tables = Tables()
    for offset, value in NvdlaBackend("large").compiled(of).jobs[0].words[: len(LOADING)].tolist():
        tables.write(offset, changes.get(offset, value))
    return tables


@pytest.mark.parametrize("priority", range(8))
def test_whichever_table_has_priority_the_answers_are_the_same(priority: int) -> None:
    config = sdp_lut.S_LUT_CFG(
        lut_le_function=1,
        lut_uflow_priority=priority & 1,
        lut_oflow_priority=priority >> 1 & 1,
        lut_hybrid_priority=priority >> 2,
    )
    every = [np.arange(-128.0, 128) for _ in range(2)]
    loaded({}).answers(every[0])
    loaded({config.offset: config.word}).answers(every[1])
    assert (every[0] == every[1]).all()


def test_between_two_entries_is_a_line() -> None:
    tables = Tables()
    words = [
        sdp_lut.S_LUT_ACCESS_CFG(lut_table_id=1, lut_access_type=1),
        sdp_lut.S_LUT_ACCESS_DATA(lut_data=100),
        sdp_lut.S_LUT_ACCESS_DATA(lut_data=0x10000 - 100),
        sdp_lut.S_LUT_CFG(lut_le_function=1, lut_hybrid_priority=1),
        sdp_lut.S_LUT_INFO(lut_lo_index_select=2),
    ]
    for word in words:
        tables.write(word.offset, word.word)
    values = np.arange(4.0)
    tables.answers(values)
    assert values.tolist() == [100, 50, 0, -50]


@pytest.mark.parametrize(
    ("register", "why"),
    [
        (sdp_lut.S_LUT_CFG(), "by exponents or with slopes"),
        (sdp_lut.S_LUT_LO_SLOPE_SCALE(lut_lo_slope_oflow_scale=1), "by exponents or with slopes"),
        (sdp_lut.S_LUT_LE_START(lut_le_start=0x7FFFFFFF), "below one table and above the other"),
    ],
    ids=["exponents", "slopes", "apart"],
)
def test_what_is_not_known_of_tables_is_refused(register: object, why: str) -> None:
    changes = {register.offset: register.word}  # type: ignore[attr-defined]
    with pytest.raises(SimulationError, match=why):
        loaded(changes).answers(np.arange(-128.0, 400))


def test_the_port_takes_as_many_entries_as_there_are() -> None:
    tables = Tables()
    with pytest.raises(SimulationError, match="an entry of no table"):
        tables.write(sdp_lut.S_LUT_ACCESS_DATA.offset, 1)
    tables.write(sdp_lut.S_LUT_ACCESS_CFG.offset, 1 << 17 | 64)
    tables.write(sdp_lut.S_LUT_ACCESS_DATA.offset, 1)
    with pytest.raises(SimulationError, match="entry 65 of a table of 65"):
        tables.write(sdp_lut.S_LUT_ACCESS_DATA.offset, 1)
    with pytest.raises(SimulationError, match="which the chip has not"):
        Nvdla(SMALL, Memory()).write(sdp_lut.S_LUT_CFG.offset, 0)


def test_tasks_with_half_a_table_are_no_tasks() -> None:
    of = graph(MADE["tanh"](every_byte(np.int8), result(np.int8)))
    compiled = NvdlaBackend("large").compiled(of)
    (task,), judge = compiled.jobs, Validator(LARGE, compiled.sizes)
    assert judge.complaint(task.words, task.addresses) == ""
    without = task.words[len(LOADING) :]
    moved = {place - len(LOADING): address for place, address in task.addresses.items()}
    assert "looks nothing up" in judge.complaint(without, moved)
    short = np.delete(task.words, 5, axis=0)
    assert "in another form" in judge.complaint(short, task.addresses)
    bypassed = task.words.copy()
    bypassed[bypassed[:, 0] == sdp.D_DP_EW_CFG.offset, 1] = sdp.D_DP_EW_CFG(ew_bypass=1).word
    assert "looks nothing up" in judge.complaint(bypassed, task.addresses)
    small = Validator(replace(LARGE, tables=False), compiled.sizes)
    assert "which" not in small.complaint(task.words, task.addresses)
    assert "the chip has not" in small.complaint(task.words, task.addresses)

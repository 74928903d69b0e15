# SPDX-License-Identifier: MIT
"""No task runs whose words or addresses are not those of a known one, within its buffers."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from npucore.contract.backend import Exported
from npucore.errors import InvalidModelError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address
from npucore.hw.registers import Register
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.chip import SMALL
from npucore_nvdla.program import NvdlaCompiled
from npucore_nvdla.registers import cdma, csc, pdp, sdp, sdp_rdma
from npucore_nvdla.task import Task
from npucore_nvdla.validate import Validator
from tests.material.nvdla.graphs import GRAPH, SUM, compiled, graph, samples


@pytest.fixture(scope="module")
def made() -> NvdlaCompiled:
    return compiled(GRAPH)


def complaint(made: NvdlaCompiled, task: Task) -> str:
    return Validator(SMALL, made.sizes).complaint(task.words, task.addresses)


def changed(task: Task, kind: type[Register], value: int) -> Task:
    words = task.words.copy()
    words[words[:, 0] == kind.offset, 1] = value
    return replace(task, words=words)


def test_what_is_compiled_may_run(made: NvdlaCompiled) -> None:
    assert [complaint(made, task) for task in made.jobs] == ["", "", ""]


@pytest.mark.parametrize(
    ("job", "kind", "value", "why"),
    [
        (0, csc.D_ATOMICS, 3, "differ in atoms"),
        (0, csc.D_BANK, 0x1F001F, "differ in banks"),
        (0, cdma.D_LINE_STRIDE, 8, "rows of 56 bytes, 8 apart"),
        (0, cdma.D_DAIN_ADDR_LOW_0, 64, "no whole atom"),
        (0, csc.D_OP_ENABLE, 0, "does not end"),
        (0, sdp.D_DST_SURFACE_STRIDE, 8, "surfaces that lie over one another"),
        (0, sdp_rdma.D_BRDMA_CFG, 1, "operands that are read and not used, or not read"),
        (1, sdp.D_FEATURE_MODE_CFG, 1, "SDP waits for sums"),
        (1, sdp.D_DP_EW_CFG, 0, "looks nothing up"),
        (2, pdp.D_POOLING_KERNEL_CFG, 0x000F0F, "two layers|at most 8"),
        (2, pdp.D_DATA_CUBE_OUT_HEIGHT, 9, "10 windows"),
    ],
)
def test_a_register_that_makes_it_another_task_is_refused(
    made: NvdlaCompiled, job: int, kind: type[Register], value: int, why: str
) -> None:
    assert re.search(why, complaint(made, changed(made.jobs[job], kind, value)))


def test_a_register_that_another_task_has_left_is_not_depended_on(made: NvdlaCompiled) -> None:
    task = made.jobs[0]
    place = task.words[:, 0].tolist().index(csc.D_DILATION_EXT.offset)
    words = np.delete(task.words, place, axis=0)
    addresses = {n - (n > place): address for n, address in task.addresses.items()}
    judge = Validator(SMALL, made.sizes, [words, task.words])
    assert "D_DILATION_EXT is as another task has left it" in judge.complaint(words, addresses)
    assert judge.complaint(task.words, task.addresses) == ""


@pytest.mark.parametrize(
    ("buffer", "offset", "why"),
    [
        (CONSTANTS, 0, "points to constants"),
        (ACTIVATIONS, 3, "no whole atom"),
        (ACTIVATIONS, 1 << 20, "ends at byte"),
    ],
)
def test_results_go_to_activations_alone(
    made: NvdlaCompiled, buffer: str, offset: int, why: str
) -> None:
    task = made.jobs[1]
    place = int(np.flatnonzero(task.words[:, 0] == sdp.D_DST_BASE_ADDR_LOW.offset)[0])
    wrong = replace(task, addresses={**task.addresses, place: Address(buffer, offset)})
    assert why in complaint(made, wrong)


def test_an_artefact_is_restored_and_gives_the_same() -> None:
    backend = NvdlaBackend()
    exported = backend.export(GRAPH)
    program = backend.load(exported, GRAPH.inputs, GRAPH.outputs)
    (again,), (first,) = program.run(samples(GRAPH)), backend.compile(GRAPH).run(samples(GRAPH))
    assert (again == first).all()


def test_a_task_that_has_run_before_computes_anew() -> None:
    """Programs take turns on one chip, with other inputs each time."""
    backend = NvdlaBackend()
    first, second = backend.compile(GRAPH), backend.compile(graph(SUM))
    given, others = samples(GRAPH, 5), samples(graph(SUM), 6)
    once = [backend.compile(GRAPH).run(given)[0], backend.compile(graph(SUM)).run(others)[0]]
    for _ in range(3):
        first.run(samples(GRAPH, 7))
        assert (first.run(given)[0] == once[0]).all()
        assert (second.run(others)[0] == once[1]).all()


def damaged(exported: Exported, rng: np.random.Generator) -> Exported:
    """One number of one array is another one."""
    name = ("words", "relocations", "counts", "ops")[rng.integers(0, 4)]
    array = exported.arrays[name].copy()
    flat = array.reshape(-1)
    old = int(flat[rng.integers(0, flat.size)])
    new = (rng.integers(0, 1 << 31), old ^ 1 << int(rng.integers(0, 31)))[rng.integers(0, 2)]
    flat[rng.integers(0, flat.size)] = new
    return Exported(exported.manifest, {**exported.arrays, name: array})


def escapes(count: int, seed: int) -> list[str]:
    """What else than a refusal comes of artefacts that were damaged and sealed again."""
    backend, rng = NvdlaBackend(), np.random.default_rng(seed)
    exported, inputs, found = backend.export(GRAPH), samples(GRAPH), []
    for _ in range(count):
        try:
            program = backend.load(damaged(exported, rng), GRAPH.inputs, GRAPH.outputs)
        except InvalidModelError:
            continue
        try:
            program.run(inputs)
        except Exception as error:
            found.append(repr(error))
    return found


def test_no_damaged_artefact_escapes() -> None:
    assert escapes(150, 1) == []


@pytest.mark.slow
def test_no_damaged_artefact_of_many_escapes() -> None:
    assert escapes(2500, 2) == []

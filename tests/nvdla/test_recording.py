# SPDX-License-Identifier: MIT
"""Exported traces have the maker's form, and give the same outputs when they are played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.contract.abilities import ExportsTraces
from npucore.errors import InputError, UnsupportedError
from npucore.running.bench_traces import export_trace
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.chip import SMALL
from npucore_nvdla.layout import unpack_map
from npucore_nvdla.maps import shape_of
from npucore_nvdla.player import Player
from npucore_nvdla.recording import recorded
from npucore_nvdla.registers import sdp
from npucore_nvdla.traces import CHECK, LOAD, SYNCPOINT, WAIT, WRITE, read
from tests.material.contract.exporting import DIGITS
from tests.material.nvdla.golden import golden
from tests.material.nvdla.graphs import CONVOLUTION, GRAPH, compiled, graph, samples


def test_a_single_task_has_the_form_of_the_makers_traces() -> None:
    one = graph(CONVOLUTION)
    ours = read(recorded(compiled(one), samples(one), SMALL))
    kinds = [r.kind for r in golden("c34").records]
    assert {r.kind for r in ours} == set(kinds)
    assert [k for k in kinds if k > LOAD] == [r.kind for r in ours if r.kind > LOAD]


def test_the_checks_are_of_the_answers_that_a_program_gives() -> None:
    inputs = samples(GRAPH)
    records = read(recorded(compiled(GRAPH), inputs, SMALL))
    player = Player(records, SMALL)
    (check,) = player.checks(records)
    assert check.found == check.wanted
    (answer,) = NvdlaBackend().compile(GRAPH).run(inputs)
    shape = shape_of(GRAPH.outputs[0])
    cube = player.window(check.address, check.size_bytes).view(np.int8)
    cube = cube.reshape(shape.surfaces(SMALL), shape.rows, shape.columns, 8)
    assert (unpack_map(cube, shape.channels, answer.dtype) == answer.reshape(shape)).all()


def test_several_tasks_take_turns_and_wait() -> None:
    records = read(recorded(compiled(GRAPH), samples(GRAPH), SMALL))
    assert [r.kind for r in records].count(WAIT) == 3
    pointers = [r.numbers for r in records if r.kind == WRITE]
    chosen = [value for offset, value in pointers if offset * 4 == sdp.S_POINTER.offset]
    assert chosen == [0, 1], "a convolution, then a sum"
    (sync,) = (r.numbers for r in records if r.kind == SYNCPOINT)
    assert sync == (0, 0b10000), "PDP ends it"
    assert sum(r.kind == CHECK for r in records) == 1


def test_an_artefact_becomes_a_file_for_each_run(tmp_path: Path) -> None:
    npucore.compile(DIGITS, "nvdla").write(tmp_path / "digits.npu")
    (path,) = export_trace(tmp_path / "digits.npu", tmp_path / "trace")
    assert path == tmp_path / "trace" / "run0" / "trace.bin"
    records = read(path.read_bytes())
    assert all(c.found == c.wanted for c in Player(records, SMALL).checks(records))
    assert isinstance(NvdlaBackend(), ExportsTraces)


def test_what_no_test_bench_plays_is_refused(tmp_path: Path) -> None:
    npucore.compile(DIGITS, "rocket").write(tmp_path / "digits.npu")
    with pytest.raises(UnsupportedError, match="nothing that a test bench plays: it is for rocket"):
        export_trace(tmp_path / "digits.npu", tmp_path / "trace")
    with pytest.raises(InputError, match="is no artefact"):
        export_trace(DIGITS, tmp_path / "trace")
    assert not (tmp_path / "trace").exists()

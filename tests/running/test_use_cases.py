# SPDX-License-Identifier: MIT
"""Tests of the functions behind the commands."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore import plugins
from npucore.contract.backend import DeviceKind, State
from npucore.errors import InputError, NpucoreError, PluginError, UnsupportedError

DIGITS = str(files("npucore.demo") / "digits.tflite")


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    npucore.compile(DIGITS, "rocket").write(path := tmp_path / "digits.npu")
    return path


def test_an_explanation_says_what_falls_back_and_why() -> None:
    done = npucore.explain(DIGITS, "rocket", placement="greedy")
    assert isinstance(done, npucore.Explanation)
    assert (done.chosen, done.runs, done.ops) == (("rocket",), 2, {"rocket": 16, "reference": 1})
    assert [p.op for p in done.fallbacks] == ["softmax"]
    assert done.macs == {"rocket": sum(p.macs or 0 for p in done.placements), "reference": 0}
    assert [work.where for work in done.works] == ["simulator", "board"]
    assert done.graph is not None
    assert len(done.graph.ops) == len(done.placements)


def test_an_explanation_by_cost_is_no_slower_by_the_model() -> None:
    greedy = npucore.explain(DIGITS, "rocket", placement="greedy")
    weighed = npucore.explain(DIGITS, "rocket")
    assert greedy.time is not None
    assert weighed.time is not None
    assert 0 < weighed.time.seconds <= greedy.time.seconds
    assert weighed.time.host > 0  # the softmax


def test_a_slower_host_keeps_more_on_the_npu() -> None:
    fast, slow = (npucore.explain(DIGITS, "rocket", host=core) for core in ("a76", "a55"))
    assert slow.ops["rocket"] >= fast.ops["rocket"]
    with pytest.raises(InputError, match="host: 'z80', wanted a76 or a55"):
        npucore.explain(DIGITS, "rocket", host="z80")


def test_strictly_nothing_is_moved() -> None:
    assert npucore.explain(DIGITS, "rocket", strict=True).ops["rocket"] == 16
    with pytest.raises(InputError, match="placement: 'best', wanted cost or greedy"):
        npucore.explain(DIGITS, "rocket", placement="best")


def test_an_explanation_for_a_board_trusts_what_a_board_does() -> None:
    (work,) = npucore.explain(DIGITS, "rocket", board=True).works
    assert (work.where, work.trust) == ("board", "shown")
    with pytest.raises(InputError, match="board: reference has no boards"):
        npucore.explain(DIGITS, "reference", board=True)
    with pytest.raises(InputError, match="leave trust out"):
        npucore.explain(DIGITS, "rocket", board=True, trust="paper")


def test_without_a_fallback_what_nobody_takes_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="softmax"):
        npucore.explain(DIGITS, "rocket", fallback=None)


def test_an_artefact_explains_itself_and_leaves_no_choice(artefact: Path) -> None:
    done = npucore.explain(artefact)
    assert (done.chosen, done.runs, done.graph) == (("rocket",), 2, None)
    with pytest.raises(InputError, match="is compiled and placed already"):
        npucore.explain(artefact, "reference")


def test_shapes_beside_a_graph_are_an_error() -> None:
    graph = npucore.load(DIGITS)
    with pytest.raises(InputError, match=r"digits\.tflite has its shapes already"):
        npucore.explain(graph, shapes={"image": (1, 8, 8, 1)})


def test_a_summary_has_totals_and_work_only_of_named_backends() -> None:
    done = npucore.summarize(DIGITS)
    assert (sum(done.ops.values()), done.works) == (len(done.graph.ops), ())
    assert done.memory.total_bytes > done.parameters_bytes > 0
    assert [w.backend for w in npucore.summarize(done.graph, "rocket").works] == ["rocket"] * 2


def test_a_benchmark_models_a_board(tmp_path: Path) -> None:
    done = npucore.benchmark(DIGITS, "rocket", runs=2, streams=2, cores=2)
    assert (len(done.timing.latency_seconds), done.timing.modelled, done.streams) == (1, True, 2)
    assert done.expected_seconds is not None
    assert done.expected_seconds < done.latency_seconds  # the driver comes on top
    assert done.time is not None
    assert done.time.host == pytest.approx(sum(op.seconds for op in done.host_ops))
    assert done.devices["rocket"].kind is DeviceKind.SIMULATOR
    done.write_trace(tmp_path / "trace.json")
    assert json.loads((tmp_path / "trace.json").read_text())["traceEvents"]


def test_a_benchmark_of_the_cpu_expects_nothing() -> None:
    given = [np.zeros((1, 8, 8, 1), np.int8)]
    done = npucore.benchmark(DIGITS, "reference", runs=1, inputs=given)
    assert (done.ops, done.expected_seconds, done.works) == ((), None, ())


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(InputError, match="runs 0, wanted a number from 1 on"):
        npucore.benchmark(DIGITS, "reference", runs=0)
    with pytest.raises(InputError, match="streams 0, wanted a number from 1 on"):
        npucore.benchmark(DIGITS, "reference", streams=0)


def test_an_artefact_is_measured_where_its_backends_run(tmp_path: Path) -> None:
    npucore.compile(DIGITS, "reference").write(path := tmp_path / "digits.npu")
    done = npucore.benchmark(path, runs=2)
    assert (done.board, done.timing.modelled, len(done.timing.latency_seconds)) == (None, False, 2)
    with pytest.raises(InputError, match="is compiled and placed already"):
        npucore.benchmark(path, "reference")


def test_a_listing_names_ops_and_registers(artefact: Path) -> None:
    listing = npucore.disassemble(artefact)
    assert listing.tasks[0].words[0].register is not None
    with pytest.raises(InputError, match=r"^backend: .* says itself whose words it holds"):
        npucore.disassemble(artefact, "rocket")


def test_words_that_nobody_reads(tmp_path: Path) -> None:
    np.save(tmp_path / "words.npy", np.zeros(4, np.uint64))
    with pytest.raises(UnsupportedError, match="reference has no disassembler"):
        npucore.disassemble(tmp_path / "words.npy", "reference")


def test_devices_and_findings_are_named_by_their_backend() -> None:
    ((name, device),) = npucore.devices("reference")
    assert (name, device.kind) == ("reference", DeviceKind.CPU)
    found = npucore.diagnose(["rocket", "reference"], device="virtual")
    assert {backend for backend, _ in found} == {"rocket"}
    assert isinstance(found[0][1].state, State)
    assert npucore.self_test("reference") == []


def test_a_named_backend_must_work_and_others_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(group: str) -> list[EntryPoint]:
        return [EntryPoint("gone", "npucore_gone:Backend", group)]

    monkeypatch.setattr(plugins, "entry_points", entry_points)
    told: list[str] = []
    assert npucore.devices(say=told.append) == []
    assert npucore.diagnose() == []
    assert [text.startswith("backend 'gone'") for text in told] == [True]
    with pytest.raises(PluginError, match="'gone'"):
        npucore.devices("gone")
    (broken,) = npucore.backends()
    assert (broken.status, "No module named" in broken.details.detail) == ("broken", True)


def test_a_new_backend_is_its_files(tmp_path: Path) -> None:
    written = npucore.new_backend("my_npu", tmp_path / "mine")
    assert all(path.is_file() for path in written)
    with pytest.raises(InputError, match="exists already"):
        npucore.new_backend("my_npu", tmp_path / "mine")


@pytest.mark.slow
def test_a_demonstration_skips_what_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(group: str) -> list[EntryPoint]:
        return [*real(group), EntryPoint("gone", "npucore_gone:Backend", group)]

    real = plugins.entry_points
    told: list[tuple[str, int, int]] = []
    done = npucore.run_demo("reference", progress=lambda *step: told.append(step))
    assert told[-1] == ("reference", len(done.digits.labels), len(done.digits.labels))
    assert [score.backend for score in done.scores] == ["reference"]
    monkeypatch.setattr(plugins, "entry_points", entry_points)
    with pytest.raises(NpucoreError):
        npucore.run_demo("gone")
    with pytest.raises(UnsupportedError, match="no option 'nonsense' in reference"):
        npucore.run_demo("reference", nonsense=1)

# SPDX-License-Identifier: MIT
"""``bench``, ``devices`` and ``doctor`` with rocket behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import npucore
from npucore.cli import main
from npucore.contract.timeline import Span, chrome_trace
from npucore_rocket.virtual import VirtualKernel
from tests.material.rocket.boards import DIGITS, digits, run, wanted

VIRTUAL = ("--backend", "rocket", "--option", "device=virtual")
BENCH = ("bench", str(DIGITS), *VIRTUAL, "--runs", "6")


def printed(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(words) == status
    out, err = capsys.readouterr()
    assert bool(err) == bool(status)
    return err if status else out


def document(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capsys, *words, "--json"))
    return found


def test_bench_has_its_figures_and_ops(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, *BENCH, "--placement", "greedy")
    assert report["modelled"]
    assert report["latency_ms"] * report["throughput_fps"] == pytest.approx(1000, rel=0.2)
    assert sum(op["predicted_us"] for op in report["ops"]) == pytest.approx(
        1000 * report["predicted_ms"]
    )
    assert len(report["ops"]) == 15
    for op in report["ops"]:
        assert op["measured_us"] > op["predicted_us"] > 0  # the driver's part is in it
        assert op["bound"] in ("macs", "memory", "post-processing")
        assert 0 < op["utilisation"] < 1


@pytest.mark.slow
def test_bench_on_three_cores_is_faster(capsys: pytest.CaptureFixture[str]) -> None:
    one = document(capsys, *BENCH)
    three = document(capsys, *BENCH[:-1], "60", "--cores", "3", "--streams", "4")
    assert three["throughput_fps"] > 2.5 * one["throughput_fps"]
    assert three["latency_ms"] == pytest.approx(one["latency_ms"], rel=0.05)


def test_bench_takes_a_clock(capsys: pytest.CaptureFixture[str]) -> None:
    fast, slow = (document(capsys, *BENCH, "--clock", clock) for clock in ("1e9", "2e8"))
    assert slow["predicted_ms"] == pytest.approx(5 * fast["predicted_ms"])
    assert slow["latency_ms"] > fast["latency_ms"]


def test_bench_prints_a_table_and_says_by_which_clock(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, *BENCH)
    assert "bound by" in text
    assert "by the device's modelled clock" in text
    assert "3 core(s) of the virtual kernel" in text


def test_bench_of_the_simulator_is_by_a_wall_clock(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bench", str(DIGITS), "--backend", "rocket", "--option", "device=simulator")
    report = document(capsys, *words, "--runs", "2")
    assert not report["modelled"]
    assert all(op["measured_us"] is None for op in report["ops"])


def test_bench_of_a_backend_without_a_model_has_no_ops(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, "bench", str(DIGITS), "--backend", "reference", "--runs", "2")
    assert (report["ops"], report["predicted_ms"]) == ([], None)
    assert report["throughput_fps"] > 0


def test_the_trace_has_cores_threads_layers_and_waits(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "trace.json"
    printed(capsys, *BENCH, "--cores", "3", "--streams", "4", "--trace", str(path))
    events = json.loads(path.read_text())["traceEvents"]
    tracks = {event["args"]["name"] for event in events if event["ph"] == "M"}
    names = {event["name"] for event in events if event["ph"] == "X"}
    assert {"core 0", "core 1", "core 2"} <= tracks
    assert any(track.startswith("host, stream_") for track in tracks)
    assert "wait for the NPU" in names
    assert any(name.startswith("convolution -> ") for name in names)
    assert all(event["dur"] >= 0 <= event["ts"] for event in events if event["ph"] == "X")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--cores", "4"), "cores 4, but the NPU has 3"),
        (("--clock", "fast"), "clock 'fast', wanted Hz"),
        (("--trace", "/nowhere/t.json"), "no such folder"),
    ],
    ids=["cores", "clock", "trace"],
)
def test_mistakes_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    said = printed(capsys, *BENCH, *words, status=2)
    assert why in said
    assert said.count("\n") == 1


def test_an_artefact_cannot_be_benched(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "x.npu")
    printed(capsys, "compile", str(DIGITS), "--backend", "rocket", "-o", path)
    assert "bench wants a model" in printed(capsys, "bench", path, status=2)


def test_an_artefact_runs_where_the_machine_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "x.npu")
    printed(capsys, "compile", str(DIGITS), *VIRTUAL, "-o", path)
    report = document(capsys, "explain", path)
    assert report["backend"] == "rocket"


def test_a_kernel_that_is_no_text_is_not_kept_in_an_artefact(tmp_path: Path) -> None:
    path = tmp_path / "x.npu"
    npucore.compile(digits(), "rocket", device=VirtualKernel(), cores=2).write(path)
    with npucore.Session(path) as opened:
        assert run(opened) == wanted()
        assert opened.runs[0].program.in_flight == 2


def test_devices_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, "devices", "--json"))
    names = [(device["backend"], device["name"], device["kind"]) for device in found]
    assert ("rocket", "virtual", "simulator") in names
    assert any(backend == "reference" and kind == "cpu" for backend, _, kind in names)
    assert "virtual" in printed(capsys, "devices")


def test_the_doctor_works_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert {"chip", "kernel", "node"} <= {finding["subject"] for finding in report["findings"]}
    assert report["self_test"] is None
    assert status == (0 if report["fine"] else 1)
    assert main(["doctor"]) == status
    *_, last = capsys.readouterr().out.splitlines()
    assert last == report["verdict"]


def test_a_virtual_boards_self_test_is_recorded_nowhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    report = document(capsys, "doctor", *VIRTUAL, "--self-test")
    assert "nothing is kept" in report["self_test"][-1]["detail"]
    assert (report["fine"], list(tmp_path.iterdir())) == (True, [])


def test_a_setting_of_nobody_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert "say by --backend" in printed(capsys, "doctor", "--option", "device=virtual", status=2)


def test_the_self_test_is_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, "doctor", *VIRTUAL, "--self-test")
    assert {finding["state"] for finding in report["self_test"]} == {"ok"}
    assert "halves go half to even" in printed(capsys, "doctor", *VIRTUAL, "--self-test")


def test_a_trace_without_spans_is_a_trace() -> None:
    assert chrome_trace([])["traceEvents"] == []
    spans = [Span("b", "y", 2000, 3000), Span("a", "x", 1000, 3000)]
    events = chrome_trace(spans)["traceEvents"]
    assert [(e["ts"], e["dur"]) for e in events if e["ph"] == "X"] == [(0.0, 2.0), (1.0, 1.0)]

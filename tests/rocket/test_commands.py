# SPDX-License-Identifier: MIT
"""``bench``, ``devices`` and ``doctor`` with rocket behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import ANY

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


def test_bench_models_a_board_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, *BENCH, "--placement", "greedy")
    assert report["modelled"]
    assert report["latency_ms"] == report["expected"]["ms"]
    assert report["latency_ms"] * report["throughput_fps"] == pytest.approx(1000, rel=1e-6)
    assert report["latency_p50_ms"] is None
    (chip,) = report["board"]["chips"]
    assert (chip["chip"], chip["clock_hz"], chip["cores"]) == ("rk3588", 2e8, 3)
    assert (chip["trust"], chip["unmodelled"]) == ("shown", None)
    assert (report["board"]["cpu"], report["board"]["cpu_cores"]) == ("a76", 4)


def test_every_part_of_the_modelled_time_is_of_its_ops(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, *BENCH, "--placement", "greedy")
    ops, expected = report["ops"], report["expected"]
    assert sum(op["predicted_us"] for op in ops) == pytest.approx(1e3 * report["predicted_ms"])
    assert report["predicted_ms"] == pytest.approx(expected["device_ms"])
    cpu = sum(op["predicted_us"] for op in report["cpu_ops"])
    assert cpu == pytest.approx(1e3 * expected["host_ms"])
    assert [op["op"] for op in report["cpu_ops"]] == ["softmax"]
    assert min(expected["driver_ms"], expected["crossings_ms"]) > 0
    for op in ops:
        assert op["measured_us"] is None
        assert op["bound"] in ("macs", "memory", "post-processing")
        assert 0 < op["utilisation"] < 1


def test_bench_models_what_explain_says(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--trust", "shown", "--json")
    bench = document(capsys, *BENCH, *words)
    explained = document(capsys, "explain", str(DIGITS), *VIRTUAL, *words)
    modelled = explained["summary"]["modelled"]
    assert bench["expected"] == {key: pytest.approx(modelled[key]) for key in bench["expected"]}


def test_bench_takes_a_clock(capsys: pytest.CaptureFixture[str]) -> None:
    fast, slow = (document(capsys, *BENCH, "--clock", clock) for clock in ("1e9", "2e8"))
    assert slow["predicted_ms"] == pytest.approx(5 * fast["predicted_ms"])
    assert slow["latency_ms"] > fast["latency_ms"]


def test_bench_takes_all_cores_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    every, one = (
        document(capsys, *BENCH, "--streams", "4", *cores) for cores in ((), ("--cores", "1"))
    )
    assert every["throughput_fps"] > 1.2 * one["throughput_fps"]
    assert (every["streams"], every["one_stream_fps"]) == (4, one["one_stream_fps"])
    assert one["bound_by"] == "rocket"
    assert one["busy"]["rocket"] > 0.9


def test_bench_says_that_it_is_a_model_and_of_what(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, *BENCH, "--streams", "2")
    assert "modelled for a board that is not here: nothing was run" in text
    assert "rk3588 at 200 MHz (3 cores, trust=shown), 4 a76 cores" in text
    assert ", CPU " in " ".join(text.split())
    assert "wall clock" not in text


def test_no_row_of_bench_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = printed(capsys, *BENCH, "--streams", "4", "--ops")
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("convolution") == 11


def test_bench_of_the_simulator_is_no_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bench", str(DIGITS), "--backend", "rocket", "--option", "device=simulator")
    assert document(capsys, *words) == {
        **document(capsys, *BENCH[:-2]),
        "device": {"rocket": ANY, "reference": ANY},
    }


def test_bench_of_the_cpu_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    report = document(capsys, "bench", str(DIGITS), "--backend", "reference", "--runs", "3")
    assert (report["ops"], report["predicted_ms"], report["board"]) == ([], None, None)
    assert not report["modelled"]
    p50, p90, p99 = (report[f"latency_p{part}_ms"] for part in (50, 90, 99))
    assert 0 < p50 <= p90 <= p99
    assert report["latency_ms"] == p50
    text = printed(capsys, "bench", str(DIGITS), "--backend", "reference", "--runs", "3")
    assert "measured here by a wall clock, 3 inferences each" in text


def test_bench_of_vsim_is_a_lower_bound(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bench", str(DIGITS), "--backend", "vsim")
    (chip,) = document(capsys, *words)["board"]["chips"]
    assert chip["unmodelled"] == "TP jobs, memory, the driver and conversions"
    said = " ".join(printed(capsys, *words).split())
    assert "ms, at most" in said
    assert "a lower bound" in said


def test_each_backend_has_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bench", str(DIGITS), "--each", "--runs", "2")
    rows = {row["backend"]: row for row in document(capsys, *words)["backends"]}
    assert rows.keys() >= {"reference", "rocket", "vsim"}
    assert not rows["reference"]["modelled"]
    assert rows["rocket"]["modelled"]
    assert rows["rocket"]["which"] == "modelled, rk3588 at 200 MHz"
    assert rows["vsim"]["unmodelled"]
    assert rows["rocket"]["macs"] == rows["rocket"]["of_macs"] > 0
    assert "measured here" in printed(capsys, *words)
    assert "no option 'x'" in printed(capsys, *words, "--option", "x=1", status=2)


def test_a_backend_that_cannot_says_why_in_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bench", str(DIGITS), "--each", "--backend", "vsim,rocket", "--fallback", "none")
    rows = document(capsys, *words, "--clock", "2e8")["backends"]
    assert [row["backend"] for row in rows] == ["vsim", "rocket"]
    assert "softmax" in rows[1]["why_not"]


def test_the_trace_has_cores_drivers_crossings_and_cpu_ops(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "trace.json"
    printed(capsys, *BENCH, "--streams", "4", "--trace", str(path))
    events = json.loads(path.read_text())["traceEvents"]
    tracks = {event["args"]["name"] for event in events if event["ph"] == "M"}
    assert {f"rocket core {core}" for core in range(3)} <= tracks
    assert {"rocket core 0 driver", "a76 core 0 ops", "a76 core 0 crossings and calls"} <= tracks
    names = {event["name"] for event in events if event["ph"] == "X"}
    assert any(name.startswith("convolution -> ") for name in names)
    assert any(name.startswith("softmax -> ") for name in names)
    assert all(event["dur"] >= 0 <= event["ts"] for event in events if event["ph"] == "X")


def test_an_artefact_takes_as_long_as_its_model(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "x.npu")
    printed(capsys, "compile", str(DIGITS), *VIRTUAL, "--trust", "shown", "-o", path)
    stored = document(capsys, "bench", path, "--streams", "4")
    model = document(capsys, *BENCH, "--streams", "4")
    assert stored["expected"] == {k: pytest.approx(v) for k, v in model["expected"].items()}
    assert stored["throughput_fps"] == pytest.approx(model["throughput_fps"])
    assert [(op["index"], op["macs"]) for op in stored["ops"]] == [
        (op["index"], op["macs"]) for op in model["ops"]
    ]
    assert "compiled and placed already" in printed(capsys, "bench", path, "--cores", "1", status=2)


@pytest.mark.slow
def test_four_streams_of_mobiledet_on_three_cores(
    capsys: pytest.CaptureFixture[str], shared: Path
) -> None:
    model = shared / "models/tflite/ssdlite_mobiledet_coco_qat_postprocess.tflite"
    report = document(capsys, "bench", str(model), "--backend", "rocket", "--streams", "4")
    assert report["throughput_fps"] >= 2.7 * report["one_stream_fps"]
    assert report["expected"]["host_ms"] > 0.5
    assert (report["board"]["chips"][0]["clock_hz"], report["bound_by"]) == (2e8, "rocket")


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

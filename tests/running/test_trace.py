# SPDX-License-Identifier: MIT
"""The trace of a modelled board: in the documented form, and as Perfetto's own processor reads it.

Source of the form: "Trace Event Format", complete events and metadata (Chrome's documentation).
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import npucore

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
PROCESSOR = "trace_processor_shell"


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = npucore.benchmark(DIGITS, "rocket", streams=4)
    done.write_trace(path := tmp_path_factory.mktemp("trace") / "trace.json")
    return path


def test_events_have_the_documented_fields(trace: Path) -> None:
    document = json.loads(trace.read_text())
    assert document["displayTimeUnit"] in ("ms", "ns")
    phases = defaultdict(list)
    for event in document["traceEvents"]:
        phases[event["ph"]].append(event)
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
    assert phases.keys() == {"M", "X"}
    named = {event["tid"] for event in phases["M"] if event["name"] == "thread_name"}
    assert {event["tid"] for event in phases["X"]} == named
    assert all(isinstance(event["name"], str) for event in phases["X"])
    assert min(event["ts"] for event in phases["X"]) == 0


def test_slices_of_a_track_do_not_overlap(trace: Path) -> None:
    tracks: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in json.loads(trace.read_text())["traceEvents"]:
        if event["ph"] == "X":
            tracks[event["tid"]].append(event)
    for events in tracks.values():
        for first, second in pairwise(sorted(events, key=lambda event: event["ts"])):
            assert first["ts"] + first["dur"] <= second["ts"] + 0.002  # rounded to nanoseconds


def test_the_whole_of_an_inference_is_on_tracks(trace: Path) -> None:
    done = npucore.benchmark(DIGITS, "rocket")
    events = json.loads(trace.read_text())["traceEvents"]
    mine = [e for e in events if e["ph"] == "X" and e["args"]["inference"] == 0]
    assert done.time is not None
    assert sum(event["dur"] for event in mine) == pytest.approx(1e6 * done.time.seconds, rel=1e-3)
    assert {event["args"]["kind"] for event in mine} == {
        "call",
        "crossing",
        "driver",
        "NPU",
        "CPU op",
    }


def test_perfettos_own_processor_reads_it(trace: Path) -> None:
    processor = pytest.importorskip(
        "perfetto.trace_processor", reason="perfetto is not installed: npucore[trace]"
    )
    shell = shutil.which(PROCESSOR)
    if shell is None:
        pytest.skip(f"no {PROCESSOR} on the path: perfetto's package downloads it, and has none")
    config = processor.TraceProcessorConfig(bin_path=shell)
    with processor.TraceProcessor(trace=str(trace), config=config) as found:
        rows = found.query(
            "select thread.name as track, count() as n from slice join thread_track "
            "on slice.track_id = thread_track.id join thread using (utid) group by track"
        )
        counts = {row.track: row.n for row in rows}
    events = json.loads(trace.read_text())["traceEvents"]
    assert sum(counts.values()) == sum(event["ph"] == "X" for event in events)
    assert {f"rocket core {core}" for core in range(3)} <= counts.keys()

# SPDX-License-Identifier: MIT
"""Streams side by side: what sets the pace, and by how much."""

from __future__ import annotations

from itertools import pairwise

import pytest

from npucore.running.schedule import LOCK, STREAMS, Board, Schedule, schedule
from npucore.running.stages import Kind, Piece, Stage, alone

MS = 1e-3
THREE = Board({"npu": 3}, "a76", 4)


def npu(device: float, conversion: float = 0.0, driver: float = 0.0) -> Stage:
    pieces = (
        Piece(Kind.CROSSING, "x", conversion * MS),
        Piece(Kind.DRIVER, "conv", driver * MS),
        Piece(Kind.DEVICE, "conv", device * MS),
        Piece(Kind.CROSSING, "y", conversion * MS),
    )
    return Stage("npu", pieces)


def cpu(loops: float, code: float = 0.0) -> Stage:
    return Stage(None, (Piece(Kind.HOST, "softmax", (loops + code) * MS, code * MS),))


def gain(stages: list[Stage], streams: int = 4, board: Board = THREE) -> tuple[float, Schedule]:
    """Times as many as one stream."""
    done = schedule(stages, board, streams, in_order=False)
    return done.fps * alone(stages).seconds, done


def test_one_stream_takes_the_sum() -> None:
    stages = [cpu(1), npu(5, conversion=0.5, driver=1), cpu(2, code=1)]
    times, done = gain(stages, streams=1)
    assert times == pytest.approx(1)
    assert done.bound == STREAMS
    assert alone(stages).seconds == pytest.approx(11 * MS)


def test_four_streams_on_three_cores_are_nearly_three_times_one_where_the_npu_bounds() -> None:
    times, done = gain([npu(10, conversion=0.5), cpu(0.5)])
    assert 2.7 <= times <= 3.2
    assert done.bound == "npu"
    assert done.busy["npu"] == pytest.approx(1, abs=0.02)


def test_they_are_less_where_the_cpu_bounds() -> None:
    times, done = gain([npu(2), cpu(10)], board=Board({"npu": 3}, "a55", 2))
    assert times < 2.7
    assert done.bound == "2 a55 cores"


def test_code_of_python_runs_on_one_core_at_a_time() -> None:
    times, done = gain([npu(1), cpu(loops=1, code=4)])
    assert times == pytest.approx(6 / 4, rel=0.05)
    assert done.bound == LOCK
    assert done.busy[LOCK] == pytest.approx(1, abs=0.02)


def test_no_more_threads_run_than_a_session_has() -> None:
    four, many = (gain([cpu(10), npu(1)], streams)[0] for streams in (4, 40))
    assert many == pytest.approx(four) == pytest.approx(4, rel=0.01)


def test_networks_with_a_state_run_in_order() -> None:
    done = schedule([npu(5)], THREE, 4, in_order=True)
    assert done.fps == pytest.approx(200)
    assert done.bound == "order"


def test_no_two_inferences_are_on_one_core_at_once() -> None:
    _, done = gain([npu(3, conversion=1, driver=1), cpu(2, code=1), npu(1), cpu(1)])
    tracks = {span.track for span in done.spans}
    assert {"npu core 0", "npu core 0 driver", "a76 core 0 ops"} <= tracks
    for core in ("npu core 0", "npu core 2", "a76 core 0"):
        mine = sorted((s.start, s.end) for s in done.spans if s.track.startswith(core))
        assert len(mine) > 3
        assert all(end <= start for (_, end), (start, _) in pairwise(mine))


def test_pieces_of_an_inference_come_one_after_the_other() -> None:
    _, done = gain([npu(3, conversion=1), cpu(2)])
    for number in range(3):
        mine = sorted(
            (s.start, s.end, s.facts["kind"]) for s in done.spans if s.facts["inference"] == number
        )
        kinds = [kind for _, _, kind in mine]
        assert kinds == ["crossing", "NPU", "crossing", "CPU op"]
        assert all(a[1] <= b[0] for a, b in pairwise(mine))

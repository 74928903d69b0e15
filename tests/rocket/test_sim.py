# SPDX-License-Identifier: MIT
"""Mesa's captured streams, run again: outputs against TFLite's, sums against integers."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from npucore_rocket.sim import Block, Options, Rounding, SimulationError
from tests.conftest import SHARED
from tests.material.rocket import sim_exact as exact
from tests.material.rocket.sim_faults import ADD_FAULTS, FAULTS, Fault, Right
from tools.replay.__main__ import main
from tools.replay.capture import Capture, Replay, load
from tools.replay.judge import Outcome, captures, judge

Ints = npt.NDArray[np.int64]

FOLDER = SHARED / "golden" / "rocket"
NAMES = [path.stem for path in captures(FOLDER)]
ADDS = [name for name in NAMES if name.startswith("g_add_")]
LAYERS = [name for name in NAMES if name not in ADDS]
BROKEN = [name for name in LAYERS if any(fault.covers(name) for fault in FAULTS)]
SOUND = [name for name in LAYERS if name not in BROKEN]

HALF_UP = Options(Rounding.HALF_UP)
SHARE_OFF_BY_ONE = 0.0024  # of all elements of real layers: rocket-arithmetic.md section 0
TRUNCATED = re.compile(r"mb(4|5|6|9|11|12|13|15|20|23|24)|mobiledet(4|12|40|76)")


def fault_of(name: str, faults: tuple[Fault, ...]) -> Fault | None:
    return next((fault for fault in faults if fault.covers(name)), None)


def final(replay: Replay) -> Ints:
    """The network's output as the replay left it."""
    capture = replay.capture
    shape = capture.record["outputs"][0]["shape"]
    return replay.tensor(len(capture.submit["jobs"]) - 1, shape).astype(np.int64)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """Every sound layer's outcome, computed once; empty without captures."""
    return {name: judge(load(FOLDER / name), HALF_UP) for name in SOUND}


@pytest.mark.parametrize("name", SOUND)
def test_outputs_are_within_one_of_tflite_s(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert outcome.refusal is None
    assert outcome.largest <= 1


def test_off_by_one_is_as_rare_as_the_study_found(
    shared: Path, outcomes: dict[str, Outcome]
) -> None:
    counts: dict[bool, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes.values():
        count = counts[outcome.family.startswith("Mobile")]
        count[0] += outcome.off_by_one
        count[1] += outcome.elements
    for ones, elements in counts.values():
        assert ones <= SHARE_OFF_BY_ONE * elements


@pytest.mark.parametrize("name", BROKEN)
def test_a_faulty_layer_is_wrong_where_its_fault_says(name: str) -> None:
    capture = load(FOLDER / name)
    replay = Replay(capture, HALF_UP)
    replay.run()
    difference = np.abs(final(replay) - capture.arrays["xnn0"].astype(np.int64))
    fault = fault_of(name, FAULTS)
    assert fault is not None
    met = fault.letter != "a" or exact.padding_lanes_differ(capture)
    assert (difference.max() > 1) == met, "the fault is gone: take the capture off the table"
    if fault.right is Right.INSIDE:
        check_inside(capture, difference)


def test_every_fault_is_met(shared: Path) -> None:
    for fault in (*FAULTS, *ADD_FAULTS):
        assert any(fault.covers(name) for name in NAMES), f"{fault.pattern} covers no capture"


class Collector:
    """Puts a stage's blocks together to whole maps, task below task."""

    def __init__(self, stage: str, channels: int) -> None:
        self.stage, self.channels = stage, channels
        self._tasks: list[list[list[Ints]]] = []

    def __call__(self, stage: str, block: Block) -> None:
        if stage != self.stage:
            return
        if block.rows.start == 0 and block.surfaces.start == 0:
            self._tasks.append([])
        values = block.values.astype(np.int64)
        if block.planar:
            surfaces, rows, _ = values.shape
            lanes = values.reshape(surfaces, rows, -1, 16).transpose(1, 2, 0, 3)
            values = lanes.reshape(rows, lanes.shape[1], -1)
        if block.rows.start == 0:
            self._tasks[-1].append([])
        self._tasks[-1][-1].append(values)

    def map(self) -> Ints:
        """(H, W, C)."""
        tasks = [
            np.concatenate([np.concatenate(column) for column in columns], axis=2)
            for columns in self._tasks
        ]
        return np.concatenate(tasks)[..., : self.channels]


@pytest.mark.parametrize("name", [n for n in SOUND if not TRUNCATED.fullmatch(n)])
def test_sums_equal_integer_arithmetic(name: str) -> None:
    capture = load(FOLDER / name)
    channels = capture.record["outputs"][0]["shape"][3]
    collector = Collector("bs", channels)
    Replay(capture, Options(Rounding.HALF_UP, collector)).run()
    wanted = exact.accumulators(capture, capture.record["ops"][0], capture.arrays["in0"])
    np.testing.assert_array_equal(collector.map(), wanted)


def fused(replay: Replay) -> Ints:
    """What the add comes to if the convolution's result is neither rounded nor clamped before.

    The addend is taken as the replay's first job left it.
    """
    capture = replay.capture
    add = capture.record["ops"][-1]
    producers = {op["outputs"][0]: op for op in capture.record["ops"]}
    convolution, addend = (producers[index] for index in add["inputs"])
    shape = capture.record["tensors"][add["inputs"][1]]["shape"]
    first = replay.tensor(0, shape)
    assert capture.record["ops"][0] is addend
    total = exact.real_sums(capture, convolution, capture.arrays["in0"])
    total += exact.real_tensor(capture, first, add["inputs"][1])
    return exact.stored(capture, total, add["outputs"][0])


def addend_difference(replay: Replay) -> Ints:
    """The first job's result less the first convolution's exact one."""
    capture = replay.capture
    op = capture.record["ops"][0]
    shape = capture.record["tensors"][op["outputs"][0]]["shape"]
    real = exact.real_sums(capture, op, capture.arrays["in0"])
    wanted = exact.stored(capture, real, op["outputs"][0])
    difference: Ints = replay.tensor(0, shape).astype(np.int64) - wanted
    return difference


def check_inside(capture: Capture, difference: Ints) -> None:
    inside = exact.inside(capture, capture.record["ops"][0])
    assert (np.abs(difference) * inside).max() <= 1


@pytest.mark.parametrize("name", ADDS)
def test_fused_adds_are_within_one_of_exact_arithmetic(name: str) -> None:
    capture = load(FOLDER / name)
    replay = Replay(capture, HALF_UP)
    fault = fault_of(name, ADD_FAULTS)
    if fault is not None and fault.right is Right.REFUSED:
        with pytest.raises(SimulationError, match=r"CNA FC_DATA_SIZE0\.dma_width is 8"):
            replay.run()
        return
    replay.run()
    both = (addend_difference(replay), final(replay) - fused(replay))
    largest = max(np.abs(difference).max() for difference in both)
    if fault is None:
        assert largest <= 1
        return
    met = fault.letter != "b" or capture.record["tensors"][0]["zero_points"][0] != 0
    assert (largest > 1) == met, "the fault is gone: take the capture off the table"
    if fault.right is Right.INSIDE:
        for difference in both:
            check_inside(capture, difference)


@pytest.mark.slow
def test_the_tool_prints_a_table(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FOLDER)]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"^all within 1 +\d+ +\d+ +1 +0\.\d+%", printed, re.MULTILINE)
    assert "mobiledet87" in printed.partition("others:")[2]

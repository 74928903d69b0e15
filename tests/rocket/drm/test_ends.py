# SPDX-License-Identifier: MIT
"""How drivers are told what ends a task, and what becomes of tasks whose end they do not hear."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from npucore.errors import DeviceError
from npucore.family.device import StoppedJobError
from npucore_rocket import uapi
from npucore_rocket.chip import FLAGGED, MAINLINE, MASKED
from npucore_rocket.chip import Kernel as Abilities
from npucore_rocket.device import Job
from npucore_rocket.drm.device import DrmDevice
from npucore_rocket.drm.jobs import Ends
from npucore_rocket.drm.probe import probe
from npucore_rocket.selftest.raw import copied, fly, pool
from npucore_rocket.virtual import Behaviour, Driver, VirtualKernel
from tests.material.rocket.boards import NODE, run, session, wanted

LANES, PAGE = 32, 4096
DRIVERS = {
    "mainline": (Driver.MAINLINE, MAINLINE),
    "masked": (Driver.MASKED_TASKS, MASKED),
    "flagged": (Driver.BATCHING, FLAGGED),
}


def kernel(driver: Driver) -> VirtualKernel:
    return VirtualKernel(Behaviour(driver=driver))


@pytest.mark.parametrize("name", DRIVERS)
def test_networks_run_on_every_driver(name: str) -> None:
    with session(kernel(DRIVERS[name][0])) as opened:
        assert run(opened) == wanted()


@pytest.mark.parametrize("name", DRIVERS)
def test_the_driver_is_told_apart(name: str) -> None:
    driver, abilities = DRIVERS[name]
    made = kernel(driver)
    found = probe(made, NODE)
    assert found == abilities
    assert isinstance(found, Abilities)
    assert not made.files
    assert not made.scheduler.resets


def test_versions_between_hear_the_dpu_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = kernel(Driver.BATCHING)
    monkeypatch.setattr(Driver, "version", property(lambda self: (1, 1, 0)))
    assert probe(made, NODE) == MAINLINE


@pytest.mark.parametrize("name", ["masked", "flagged"])
def test_a_pool_ends_where_the_driver_hears_it(name: str) -> None:
    made = kernel(DRIVERS[name][0])
    assert copied(DrmDevice(made, NODE), ppu=True)
    assert not made.scheduler.resets


def test_on_mainline_a_pool_costs_a_timeout_and_a_reset_and_is_right() -> None:
    """Source: facts of 2026-11, 0.12, B4 (proven)."""
    made = kernel(Driver.MAINLINE)
    device = DrmDevice(made, NODE)
    before = device.clock_ns()
    target, words = _placed(device)
    submission = device.prepare([Job(words, (), (target,))])
    submission.start()
    with pytest.raises(StoppedJobError):
        submission.finish()
    device.drain()
    took = (device.clock_ns() - before) * 1e-6
    assert 500 <= took < 600
    assert list(made.scheduler.resets) == ["the PPU's interrupt is masked"]
    assert device.file.wait(device.written([Job(words, (), (target,))])[0])
    np.testing.assert_array_equal(device.view(target, LANES), np.arange(LANES))


def _placed(device: DrmDevice, both: bool = False) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The target of a pool of one pixel, and where its words are; a copy by the DPU before it."""
    (code_at, code), (source, given), (target, _) = (device.allocate(PAGE) for _ in range(3))
    given[:LANES] = np.arange(LANES)
    tasks, end = [], 0
    for words in [fly(source, target)] * both + [pool(source, target)]:
        code[end : end + words.nbytes] = words.view(np.uint8)
        tasks.append((code_at + end, words.size))
        end += -(-words.nbytes // 64) * 64
    return target, tuple(tasks)


@pytest.mark.parametrize("name", ["masked", "flagged"])
def test_a_job_of_both_units_is_told_task_by_task_or_refused(name: str) -> None:
    made = kernel(DRIVERS[name][0])
    device = DrmDevice(made, NODE)
    target, tasks = _placed(device, both=True)
    if name == "flagged":
        with pytest.raises(DeviceError, match="job 0: it has tasks of the PPU and others"):
            device.prepare([Job(tasks, (), (target,))])
        return
    submission = device.prepare([Job(tasks, (), (target,))])
    submission.start()
    submission.finish()
    np.testing.assert_array_equal(device.view(target, LANES), np.arange(LANES))


def test_a_driver_that_knows_masks_drops_shorter_tasks_in_silence() -> None:
    made = kernel(Driver.MASKED_TASKS)
    device = DrmDevice(made, NODE, Ends.PLAIN)
    target, tasks = _placed(device)
    device.prepare([Job(tasks, (), (target,))]).try_once(1_000_000)
    assert not device.view(target, LANES).any()
    assert [file.dropped for file in made.files.values()] == [1]


@pytest.mark.parametrize(
    ("ends", "message"),
    [(Ends.MASKED, "E2BIG"), (Ends.PLAIN, None)],
    ids=["longer tasks", "shorter jobs"],
)
def test_a_driver_of_flags_says_what_it_does_not_know(ends: Ends, message: str | None) -> None:
    made = kernel(Driver.BATCHING)
    device = DrmDevice(made, NODE, ends)
    target, tasks = _placed(device)
    submission = device.prepare([Job(tasks, (), (target,))])
    if message is None:
        submission.try_once(1_000_000_000)
        assert list(made.scheduler.resets) == ["the PPU's interrupt is masked"]
        return
    with pytest.raises(DeviceError, match=message):
        submission.try_once(1_000_000)


def test_flags_lie_behind_mainlines_job() -> None:
    assert uapi.FlaggedJob.flags.offset == ctypes.sizeof(uapi.Job) == 40
    assert uapi.MaskedTask.int_mask.offset == ctypes.sizeof(uapi.Task) == 8

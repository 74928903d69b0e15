# SPDX-License-Identifier: MIT
"""Several inferences under way, on several cores, in several sessions and processes."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import npucore
from npucore.errors import DeviceError, InputError
from npucore.family.code import Bytes
from npucore.family.device import Submission
from npucore.family.lanes import Lanes
from npucore_rocket import RocketBackend
from npucore_rocket.device import Job
from npucore_rocket.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.rocket.boards import BUFFERS, digits, held, run, sample, session, wanted


class Nothing:
    """A device that counts how often it was opened and closed."""

    opened = closed = 0

    def __init__(self) -> None:
        Nothing.opened += 1

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        raise AssertionError("lanes alone need no memory and run no jobs")

    def prepare(self, jobs: Sequence[Job], read_back: Sequence[int] = ()) -> Submission:
        raise AssertionError("lanes alone need no memory and run no jobs")

    def free(self, addresses: Sequence[int]) -> None: ...

    def clock_ns(self) -> int:
        return 0

    def close(self) -> None:
        Nothing.closed += 1


@pytest.fixture(autouse=True)
def _count() -> None:
    Nothing.opened = Nothing.closed = 0


def test_lanes_are_given_in_the_order_of_asking() -> None:
    lanes = Lanes(Nothing, 1)
    first = lanes.take()
    order: list[int] = []

    def wait(number: int) -> None:
        lane = lanes.take()
        order.append(number)
        lanes.put(lane)

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(lanes._waiting) <= number:
            time.sleep(0.001)
    lanes.put(first)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3]


def test_a_lane_whose_device_fails_is_opened_again() -> None:
    lanes = Lanes(Nothing, 1)
    lanes.join()

    def fail() -> None:
        with lanes.lease() as lane:
            assert lane.device
            raise DeviceError

    with pytest.raises(DeviceError):
        fail()
    with lanes.lease() as lane:
        assert lane.device
    assert (Nothing.opened, Nothing.closed) == (2, 1)
    lanes.leave()
    assert Nothing.closed == 2


def test_the_last_program_closes_and_the_next_one_opens() -> None:
    lanes = Lanes(Nothing, 2)
    for _ in range(2):
        lanes.join()
        lanes.join()
        with lanes.lease() as lane:
            assert lane.device
        lanes.leave()
        assert Nothing.opened - Nothing.closed == 1
        lanes.leave()
        assert Nothing.opened == Nothing.closed


@pytest.mark.slow
def test_sessions_of_one_backend_share_its_lanes_and_give_back_their_buffers() -> None:
    kernel = VirtualKernel()
    backend = RocketBackend(device=kernel, cores=2)
    with npucore.Session(digits(), backend) as first:
        with npucore.Session(digits(), backend) as second:
            futures = [s.submit(sample(n)) for n in range(6) for s in (first, second)]
            found = [future.result()[0].tobytes() for future in futures]
            assert found == [wanted(n) for n in range(6) for _ in range(2)]
            assert held(kernel)[:2] == (2, 2 * 2 * BUFFERS)
        gc.collect()
        assert held(kernel)[:2] == (2, 2 * BUFFERS)
        assert run(first) == wanted()
    assert held(kernel)[:2] == (0, 0)


def test_sessions_that_come_and_go_do_not_wait_for_each_other() -> None:
    backend = RocketBackend(device=VirtualKernel(), cores=3)
    results: list[bool] = []

    def use(seed: int) -> None:
        for _ in range(5):
            with npucore.Session(digits(), backend) as opened:
                results.append(run(opened, seed) == wanted(seed))

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert results == [True] * 20


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_results_of_many_streams_are_those_of_one(cores: int) -> None:
    kernel = VirtualKernel()
    with session(kernel, cores=cores) as opened:
        futures = [(seed, opened.submit(sample(seed % 5))) for seed in range(20)]
        for seed, future in futures:
            assert future.result()[0].tobytes() == wanted(seed % 5)
        assert len(kernel.files) == cores
        assert sum(core.busy_ns > 0 for core in kernel.cores) == cores


def milliseconds(cores: int, frames: int) -> float:
    """Modelled time of one inference."""
    with session(VirtualKernel(), cores=cores) as opened:
        program = opened.runs[0].program
        before = program.clock_ns() or 0
        for future in [opened.submit(sample()) for _ in range(frames)]:
            future.result()
        return ((program.clock_ns() or 0) - before) / 1e6 / frames


def test_three_files_are_three_times_as_fast_and_one_is_not() -> None:
    one = milliseconds(1, 12)
    assert milliseconds(3, 90) < one / 2.7
    assert milliseconds(1, 24) == pytest.approx(one, rel=0.05)


def test_the_simulator_has_lanes_too() -> None:
    with session("simulator", cores=3) as opened:  # type: ignore[arg-type]
        futures = [opened.submit(sample(seed)) for seed in range(4)]
        assert [f.result()[0].tobytes() for f in futures] == [wanted(seed) for seed in range(4)]


def test_more_cores_than_there_are_is_an_error() -> None:
    with pytest.raises(InputError, match="cores 4, but the NPU has 3"):
        session(VirtualKernel(), cores=4)


def test_two_sessions_share_a_kernel_and_one_may_hang() -> None:
    kernel = VirtualKernel()
    with session(kernel) as one, session(kernel) as other:
        run(one), run(other)
        kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=4))
        with pytest.raises(DeviceError, match="it hangs"):
            run(one)
        assert run(other, 1) == wanted(1)
        assert run(one, 2) == wanted(2)


def test_a_failing_stream_takes_no_other_with_it() -> None:
    kernel = VirtualKernel()
    with session(kernel, cores=3) as opened:
        run(opened)
        kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=20))
        futures = [opened.submit(sample(seed)) for seed in range(8)]
        errors = [future.exception() for future in futures]
        assert sum(isinstance(error, DeviceError) for error in errors) == 1
        for seed, (future, error) in enumerate(zip(futures, errors, strict=True)):
            if error is None:
                assert future.result()[0].tobytes() == wanted(seed)


def test_a_session_ends_what_was_submitted() -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    with session(kernel, cores=3) as opened:
        futures = [opened.submit(sample()) for _ in range(6)]
    assert all(future.done() for future in futures)
    gc.collect()
    assert held(kernel) == before
    with pytest.raises(InputError, match="the session is closed"):
        opened.submit(sample())


PROGRAM = """
import sys, time
sys.path.insert(0, {root!r})
from npucore_rocket.virtual import VirtualKernel
from tests.material.rocket.boards import held, run, sample, session
kernel = VirtualKernel(real_time=True, clock=1e6)
try:
    with session(kernel, cores=2) as opened:
        print("ready", flush=True)
        futures = [opened.submit(sample()) for _ in range(50)]
        for future in futures:
            future.result()
except KeyboardInterrupt:
    print(held(kernel)[:2], flush=True)
"""


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_behind() -> None:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(root=root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):  # one that hits a destructor is lost
        process.wait(2)
    if process.returncode is None:
        os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert (said, process.returncode) == ("(0, 0)\n", 0)


@pytest.mark.slow
def test_two_processes_do_not_disturb_each_other() -> None:
    root = str(Path(__file__).parents[2])
    program = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from tests.material.rocket.boards import run, session, wanted\n"
        "from npucore_rocket.virtual import VirtualKernel\n"
        "with session(VirtualKernel()) as opened:\n"
        "    print(all(run(opened, seed) == wanted(seed) for seed in range(5)))\n"
    )
    command = [sys.executable, "-c", program]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == ["True\n", "True\n"]
    assert digits().inputs

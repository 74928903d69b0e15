# SPDX-License-Identifier: MIT
"""Every fault at three moments, twice: a clear error, nothing lost, and the next one is right."""

from __future__ import annotations

import ctypes
import gc
from itertools import product

import numpy as np
import pytest

from npucore.errors import DeviceError
from npucore_rocket import uapi
from npucore_rocket.job_error import RocketJobError as JobError
from npucore_rocket.registers.dpu_stages import DPU_OUT_CVT_SCALE as SCALE
from npucore_rocket.stream import OFFSET_MASK
from npucore_rocket.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.rocket.boards import BUFFERS, held, run, session, wanted

pytestmark = pytest.mark.usefixtures("new_garbage_only")
JOBS = 15  # of the network, one task each
MOMENTS = ("first", "middle", "last")
HANGS = "has not ended in 350 ms: it hangs, or another process"
LOADING = {  # while a session is made: how often each point is passed, and what is said
    (Point.OPEN, Effect.EACCES): (1, "no permission"),
    (Point.OPEN, Effect.VANISHED): (1, "the device is gone"),
    (Point.CREATE, Effect.ENOMEM): (1 + BUFFERS + JOBS, "CREATE_BO: the kernel has no memory"),
    (Point.CREATE, Effect.VANISHED): (1 + BUFFERS + JOBS, "CREATE_BO: the device is gone"),
    (Point.MMAP, Effect.ENOMEM): (BUFFERS, "mmap: the kernel has no memory left"),
    (Point.MMAP, Effect.VANISHED): (BUFFERS, "mmap: the device is gone"),
}
RUNNING = {  # while an inference runs
    (Point.HAND_OVER, Effect.EIO): (1, "FINI_BO: Input/output error"),
    (Point.HAND_OVER, Effect.VANISHED): (1, "FINI_BO: the device is gone"),
    (Point.SUBMIT, Effect.ENOMEM): (JOBS, "SUBMIT: the kernel has no memory left"),
    (Point.SUBMIT, Effect.EIO): (JOBS, "SUBMIT: Input/output error"),
    (Point.SUBMIT, Effect.VANISHED): (JOBS, "SUBMIT: the device is gone"),
    (Point.WAIT, Effect.EIO): (JOBS, "PREP_BO: Input/output error"),
    (Point.WAIT, Effect.VANISHED): (JOBS, "PREP_BO: the device is gone"),
    (Point.JOB, Effect.HANG): (JOBS, HANGS),
    (Point.JOB, Effect.LOST_INTERRUPT): (JOBS, HANGS),
    (Point.JOB, Effect.PAGE_FAULT): (JOBS, HANGS),
    (Point.JOB, Effect.CORRUPTED_WORD): (JOBS, "changed in memory|it hangs"),
}
HARMLESS = {  # noticed and made good
    (Point.HAND_OVER, Effect.EINTR): 1,
    (Point.SUBMIT, Effect.EINTR): JOBS,
    (Point.WAIT, Effect.EINTR): JOBS,
    (Point.QUEUE, Effect.DROPPED): JOBS,
}


def at(moment: str, occasions: int) -> int:
    return {"first": 0, "middle": occasions // 2, "last": occasions - 1}[moment]


def ids(value: object) -> str:
    return "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.sample(5)
@pytest.mark.parametrize(("what", "moment"), list(product(LOADING, MOMENTS)), ids=ids)
def test_a_session_that_cannot_be_made_leaves_nothing(
    what: tuple[Point, Effect], moment: str
) -> None:
    occasions, words = LOADING[what]
    kernel = VirtualKernel()
    before = held(kernel)
    for _ in range(2):
        kernel.faults.order(Fault(*what, after=at(moment, occasions)))
        with pytest.raises(DeviceError, match=words):
            session(kernel)
        gc.collect()
        assert (kernel.faults.waiting, held(kernel)) == (0, before)
        with session(kernel) as opened:
            assert run(opened) == wanted()


@pytest.mark.parametrize(("what", "moment"), list(product(RUNNING, MOMENTS)), ids=ids)
def test_an_inference_that_fails_says_why_and_the_next_one_is_right(
    what: tuple[Point, Effect], moment: str
) -> None:
    occasions, words = RUNNING[what]
    kernel = VirtualKernel()
    before = held(kernel)
    with session(kernel) as opened:
        run(opened)
        working = held(kernel)
        for seed in range(2):
            kernel.faults.order(Fault(*what, after=at(moment, occasions)))
            with pytest.raises(DeviceError, match=words) as caught:
                run(opened, seed)
            assert isinstance(caught.value, JobError) == (what[0] is Point.JOB)
            assert kernel.faults.waiting == 0
            assert run(opened, seed) == wanted(seed)
            gc.collect()
            assert held(kernel) == working
    assert held(kernel) == before


@pytest.mark.parametrize(("what", "moment"), list(product(HARMLESS, MOMENTS)), ids=ids)
def test_what_can_be_made_good_is_made_good(what: tuple[Point, Effect], moment: str) -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        for seed in range(2):
            kernel.faults.order(Fault(*what, after=at(moment, HARMLESS[what])))
            assert run(opened, seed) == wanted(seed)
            assert kernel.faults.waiting == 0


@pytest.mark.parametrize("number", [0, 4, 14])
def test_a_job_that_is_always_dropped_is_named(number: int) -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        twice = (Fault(Point.QUEUE, Effect.DROPPED, after=n) for n in (number, number + 1))
        kernel.faults.order(*twice)
        with pytest.raises(JobError, match=rf"job {number} of 15, .*, was dropped by the driver"):
            run(opened)
        assert run(opened) == wanted()


class Quick(VirtualKernel):
    """Has always finished before anybody asks."""

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        if isinstance(argument, uapi.PrepBo) and argument.timeout_ns == 0:
            argument.timeout_ns = 1 << 40
        super().ioctl(fd, number, argument)


def test_jobs_that_end_before_they_are_asked_for_are_not_taken_for_dropped() -> None:
    kernel = Quick()
    with session(kernel) as opened:
        for seed in range(3):
            assert run(opened, seed) == wanted(seed)
        kernel.faults.order(*(Fault(Point.QUEUE, Effect.DROPPED, after=n) for n in (14, 15)))
        with pytest.raises(JobError, match=r"job 7 of 15, .*, was dropped by the driver"):
            run(opened)
        assert run(opened) == wanted()


def test_the_message_has_op_task_and_registers() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=2))
        with pytest.raises(JobError) as caught:
            run(opened)
    error = caught.value
    assert error.number == 2
    assert error.op.startswith("convolution -> ")
    assert "CNA_DATA_SIZE0=0x" in str(error)
    assert "DPU_DST_BASE_ADDR=0x" in str(error)
    assert "\n" not in str(error)
    assert len(error.lines) == len(error.words[0]) + 1
    assert any("CONV_CON3" in line for line in error.lines)


def test_a_thread_that_got_no_time_runs_all_jobs_again() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        run(opened)
        kernel.faults.order(Fault(Point.JOB, Effect.HANG, after=3))
        clock = kernel.clock_ns
        ahead = 2_000_000_000  # deadlines so far away that the driver stops the job meanwhile
        kernel.clock_ns = lambda fd: clock(fd) + ahead  # type: ignore[method-assign]
        assert run(opened) == wanted()
    assert len(kernel.scheduler.resets) == 1


def test_a_device_that_stays_away_is_an_error_each_time_and_then_is_back() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(Fault(Point.SUBMIT, Effect.VANISHED))
        kernel.present = False
        for _ in range(3):
            with pytest.raises(DeviceError, match="the device is gone"):
                run(opened)
        kernel.present = True
        assert run(opened) == wanted()


def test_a_session_whose_device_is_away_closes() -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    with session(kernel, cores=3):
        kernel.faults.order(Fault(Point.HAND_OVER, Effect.VANISHED))
        with pytest.raises(OSError, match="the device is gone"):
            kernel.reach(Point.HAND_OVER)
    gc.collect()
    assert held(kernel) == before


def test_a_result_of_changed_words_is_not_given() -> None:
    """The bit is one that the chip takes without complaint: the output's scale."""
    kernel = VirtualKernel()
    with session(kernel) as opened:
        run(opened)
        (file,) = kernel.files.values()
        words = max(file.space, key=lambda bo: (bo.seen is not None, bo.address)).memory
        scales = np.flatnonzero(words.view(np.uint64) & np.uint64(OFFSET_MASK) == SCALE.offset)
        words[8 * scales[3] + 2] ^= 1
        with pytest.raises(JobError, match=r"job 3 of 15, .* has a word that changed in memory"):
            run(opened)
        assert not kernel.scheduler.resets
        assert run(opened) == wanted()


@pytest.mark.parametrize("effect", [Effect.HANG, Effect.LOST_INTERRUPT, Effect.PAGE_FAULT])
def test_a_batch_that_fails_is_named_by_its_ends(effect: Effect) -> None:
    kernel = VirtualKernel()
    with session(kernel, tasks="batched") as opened:
        assert run(opened) == wanted()
        kernel.faults.order(Fault(Point.JOB, effect))
        with pytest.raises(JobError, match=r"convolution -> \S+ to \w+ -> \S+"):
            run(opened)
        assert run(opened, 1) == wanted(1)


def test_a_batch_that_is_dropped_is_queued_again() -> None:
    kernel = VirtualKernel()
    with session(kernel, tasks="batched") as opened:
        kernel.faults.order(Fault(Point.QUEUE, Effect.DROPPED))
        assert run(opened) == wanted()
    assert not kernel.faults.waiting

# SPDX-License-Identifier: MIT
"""Every call, several errors, several moments: a clear error or made good, nothing lost."""

from __future__ import annotations

import errno
import gc
import re
from itertools import product

import pytest

import npucore
from npucore.errors import DeviceError
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.vsim.boards import BUFFERS, held, run, session, wanted

pytestmark = pytest.mark.usefixtures("new_garbage_only")
MOMENTS = ("first", "second", "last")
ASKED = 15  # params of two cores of four, and where addresses begin
Table = dict[Point, tuple[int, tuple[int | Effect, ...]]]
# While a session is made: how often each point is passed; the node is opened twice.
LOADING: Table = {
    Point.OPEN: (2, (errno.EACCES, errno.ENODEV, errno.EMFILE)),
    Point.VERSION: (2, (errno.EACCES, errno.ENOTTY, errno.EIO)),
    Point.GET_PARAM: (2 * ASKED, (errno.EINVAL, errno.ENODEV, Effect.VANISHED)),
    Point.GEM_NEW: (BUFFERS, (errno.ENOMEM, errno.EINVAL, Effect.VANISHED)),
    Point.GEM_INFO: (BUFFERS, (errno.ENOMEM, errno.ENOENT, Effect.VANISHED)),
    Point.MMAP: (BUFFERS, (errno.ENOMEM, errno.EAGAIN, errno.EPERM, Effect.VANISHED)),
}
RUNNING: Table = {  # while an inference runs
    Point.CPU_FINI: (BUFFERS, (errno.EINVAL, errno.ENOENT, errno.EIO, Effect.VANISHED)),
    Point.SUBMIT: (1, (errno.EIO, errno.EINVAL, errno.ENOSPC, errno.ENOMEM, Effect.VANISHED)),
    Point.CLOCK: (1, (errno.ENODEV, Effect.VANISHED)),
    Point.WAIT_FENCE: (1, (errno.ETIMEDOUT, errno.EINVAL, errno.ENXIO, Effect.VANISHED)),
    Point.CPU_PREP: (BUFFERS, (errno.ETIMEDOUT, errno.EBUSY, errno.ENOMEM, Effect.VANISHED)),
    Point.FILE_INFO: (1, (errno.ENOTTY, errno.EFAULT, errno.ENODEV)),
    Point.JOB: (1, (Effect.HANG, Effect.HALF, Effect.BUSY)),
}
HARMLESS: Table = {  # noticed and made good
    Point.VERSION: (2, (errno.EINTR, errno.EAGAIN)),
    Point.GET_PARAM: (2 * ASKED, (errno.EINTR, errno.EAGAIN)),
    Point.GEM_NEW: (BUFFERS, (errno.EINTR, errno.EAGAIN)),
    Point.GEM_INFO: (BUFFERS, (errno.EINTR, errno.EAGAIN)),
    Point.CPU_FINI: (BUFFERS, (errno.EINTR, errno.EAGAIN)),
    Point.SUBMIT: (1, (errno.EINTR, errno.EAGAIN)),
    Point.WAIT_FENCE: (1, (errno.EINTR, errno.EAGAIN)),
    Point.CPU_PREP: (BUFFERS, (errno.EINTR, errno.EAGAIN)),
    Point.FILE_INFO: (1, (errno.EINTR, errno.EAGAIN)),
    Point.GEM_CLOSE: (BUFFERS, (errno.EINVAL, errno.EIO, errno.EINTR)),
    Point.CLOSE: (2, (errno.EIO, errno.EINTR)),
    Point.JOB: (1, (Effect.DROPPED, Effect.UNFINISHED)),
}
SAID = {
    errno.EACCES: "no permission",
    errno.ENOMEM: "the kernel has no memory left",
    errno.ENOSPC: "the address space is taken",
    errno.ETIMEDOUT: "it hangs, or others keep the NPU busy",
    errno.ENODEV: "the device is gone",
    Effect.VANISHED: "the device is gone",
    Effect.HANG: r"the driver has stopped the job \(ECANCELED\): it hung",
    Effect.HALF: r"the driver has stopped the job \(ECANCELED\): it hung",
    Effect.BUSY: "WAIT_FENCE: the job has not ended in time",
}


def cases(table: Table) -> list[object]:
    return [
        pytest.param(point, effect, at, id=f"{point}-{name(effect)}-{moment}".replace(" ", "-"))
        for point, (occasions, effects) in table.items()
        for effect, (moment, at) in product(effects, zip(MOMENTS, moments(occasions), strict=True))
    ]


def moments(occasions: int) -> tuple[int, int, int]:
    """The first time, the second, and the last one of a loading or of the third inference."""
    return 0, 1, 3 * occasions - 1


def name(effect: int | Effect) -> str:
    return effect.name if isinstance(effect, Effect) else errno.errorcode[effect]


def said(point: Point, effect: int | Effect) -> str:
    """What the message has: where, and why."""
    if isinstance(effect, Effect):
        return SAID[effect]
    return SAID.get(effect) or rf"{point}: .*\({name(effect)}\)"


@pytest.mark.parametrize(("point", "effect", "after"), cases(LOADING))
def test_a_session_that_cannot_be_made_leaves_nothing(
    point: Point, effect: int | Effect, after: int
) -> None:
    kernel = VirtualKernel()
    before, occasions = held(kernel), LOADING[point][0]
    for _ in range(2):
        kernel.faults.order(Fault(point, effect, min(after, occasions - 1)))
        with pytest.raises(DeviceError, match=said(point, effect)) as caught:
            session(kernel)
        assert "\n" not in str(caught.value)
        del caught
        gc.collect()
        assert (kernel.faults.waiting, held(kernel)) == (0, before)
        with session(kernel) as opened:
            assert run(opened) == wanted()
    assert held(kernel) == before


@pytest.mark.sample(5)
@pytest.mark.parametrize(("point", "effect", "after"), cases(RUNNING))
def test_an_inference_that_fails_says_why_and_the_next_one_is_right(
    point: Point, effect: int | Effect, after: int
) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    with session(kernel) as opened:
        working = held(kernel)
        kernel.faults.order(Fault(point, effect, after))
        errors = [error for seed in range(4) if (error := attempt(kernel, opened, seed))]
        assert (len(errors), kernel.faults.waiting) == (1, 0)
        assert re.search(said(point, effect), errors[0])
        gc.collect()
        assert held(kernel) == working
    assert held(kernel) == before


def attempt(kernel: VirtualKernel, opened: npucore.Session, seed: int) -> str:
    """An inference, and a second one if it fails; what the first one's error said."""
    try:
        assert run(opened, seed) == wanted(seed)
    except DeviceError as error:
        message = str(error)
    else:
        return ""
    gc.collect()
    assert held(kernel)[:4] == (0, 0, 0, 0)
    assert run(opened, seed) == wanted(seed)
    return message


@pytest.mark.parametrize(("point", "effect", "after"), cases(HARMLESS))
def test_what_can_be_made_good_is_made_good(point: Point, effect: int | Effect, after: int) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    kernel.faults.order(Fault(point, effect, after))
    while kernel.faults.waiting:
        with session(kernel) as opened:
            for seed in range(3):
                assert run(opened, seed) == wanted(seed)
        gc.collect()
        assert held(kernel) == before


def test_a_call_that_the_kernel_always_wants_again_ends() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(*(Fault(Point.SUBMIT, errno.EAGAIN, n) for n in range(200)))
        with pytest.raises(DeviceError, match=r"GEM_SUBMIT: .*EAGAIN"):
            run(opened)
        kernel.faults.clear()
        assert run(opened) == wanted()


@pytest.mark.parametrize("effect", [Effect.DROPPED, Effect.UNFINISHED])
def test_jobs_that_never_run_are_found_out_though_their_fences_come(effect: Effect) -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        assert run(opened) == wanted()
        kernel.faults.order(*(Fault(Point.JOB, effect, n) for n in range(2)))
        with pytest.raises(DeviceError, match="2 times that the jobs have ended, but the last"):
            run(opened, 1)
        assert kernel.faults.waiting == 0
        assert run(opened, 1) == wanted(1)


def test_two_faults_at_once_are_one_error() -> None:
    """The error that came first is told, whatever fails while the device is closed."""
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(
            Fault(Point.SUBMIT, errno.ENOSPC),
            *(Fault(Point.GEM_CLOSE, errno.EIO, n) for n in range(BUFFERS)),
            Fault(Point.CLOSE, errno.EIO),
        )
        with pytest.raises(DeviceError, match="the address space is taken"):
            run(opened)
        assert run(opened) == wanted()


def test_a_device_that_stays_away_is_an_error_each_time_and_then_is_back() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(Fault(Point.SUBMIT, Effect.VANISHED))
        kernel.present = False
        for words in ("the device is gone", "it is not there", "it is not there"):
            with pytest.raises(DeviceError, match=words):
                run(opened)
        kernel.present = True
        assert run(opened) == wanted()


def test_a_session_closes_twice_and_after_every_error() -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    opened = session(kernel)
    kernel.faults.order(Fault(Point.SUBMIT, Effect.VANISHED))
    with pytest.raises(DeviceError):
        run(opened)
    opened.close()
    opened.close()
    gc.collect()
    assert held(kernel) == before


def test_a_closed_program_stays_closed() -> None:
    kernel = VirtualKernel()
    opened = session(kernel)
    program = opened.runs[0].program
    opened.close()
    with pytest.raises(DeviceError, match="the program is closed"):
        program.run([])
    assert not kernel.files

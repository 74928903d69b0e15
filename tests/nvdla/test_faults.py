# SPDX-License-Identifier: MIT
"""Every call, several errors, several moments: a clear error or made good, nothing lost."""

from __future__ import annotations

import errno
import gc
from itertools import product

import pytest

from npucore.errors import DeviceError
from npucore_nvdla.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.nvdla.boards import TASKS, held, run, session, wanted

pytestmark = pytest.mark.usefixtures("new_garbage_only")
Table = dict[Point, tuple[int, tuple[int | Effect, ...]]]
# While a session is made: how often each point is passed; the node is opened twice.
LOADING: Table = {
    Point.OPEN: (2, (errno.EACCES, errno.ENODEV, errno.EMFILE, Effect.VANISHED)),
    Point.LOCK: (1, (errno.EAGAIN, errno.ENOLCK)),
    Point.MMAP: (3, (errno.ENOMEM, errno.EINVAL, errno.EPERM, Effect.VANISHED)),
    Point.WRITE: (1, (errno.EFAULT, Effect.VANISHED)),
    Point.CLOCK: (1, (errno.ENODEV,)),
}
RUNNING: Table = {  # while an inference runs
    Point.TASK: (TASKS, (Effect.SILENT, Effect.HANG)),
    Point.POLL: (TASKS, (errno.EBADF, errno.EIO, Effect.VANISHED)),
    Point.READ: (TASKS, (errno.EFAULT, Effect.VANISHED)),
    Point.WRITE: (TASKS, (errno.EFAULT, Effect.VANISHED)),
    Point.CLOCK: (TASKS, (errno.ENODEV,)),
}
HARMLESS: Table = {  # noticed and made good
    Point.TASK: (TASKS, (Effect.LOST, Effect.SPURIOUS)),
    Point.CLOSE: (2, (errno.EIO, errno.EINTR)),
}
SAID = {
    errno.EACCES: "no permission",
    errno.EAGAIN: "another process uses it",
    errno.ENOMEM: "the kernel has no memory left",
    errno.ENODEV: "the device is gone",
    errno.EINVAL: r"\(EINVAL\)",
    Effect.VANISHED: "the device is gone",
    Effect.SILENT: "it answers no more",
    Effect.HANG: r"job \d of 6, did not end within 5 s",
}


def cases(table: Table) -> list[object]:
    return [
        pytest.param(point, effect, at, id=f"{point.name}-{name(effect)}-{at}")
        for point, (occasions, effects) in table.items()
        for effect, at in product(effects, sorted({0, occasions // 2, occasions - 1}))
    ]


def name(effect: int | Effect) -> str:
    return effect.name if isinstance(effect, Effect) else errno.errorcode[effect]


def said(effect: int | Effect) -> str:
    return SAID.get(effect) or rf"\({name(effect)}\)"


@pytest.mark.parametrize(("point", "effect", "after"), cases(LOADING))
def test_a_session_that_cannot_be_made_leaves_nothing(
    point: Point, effect: int | Effect, after: int
) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    kernel.faults.order(Fault(point, effect, after))
    with pytest.raises(DeviceError, match=said(effect)) as caught:
        session(kernel)
    assert "\n" not in str(caught.value)
    del caught
    gc.collect()
    assert (kernel.faults.waiting, held(kernel)) == (0, before)
    with session(kernel) as opened:
        assert run(opened) == wanted()
    gc.collect()
    assert held(kernel) == before


@pytest.mark.parametrize(("point", "effect", "after"), cases(RUNNING))
def test_an_inference_that_fails_says_why_and_after_a_reset_the_next_is_right(
    point: Point, effect: int | Effect, after: int
) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    with session(kernel) as opened:
        assert run(opened) == wanted()
        working = held(kernel)
        kernel.faults.order(Fault(point, effect, after))
        with pytest.raises(DeviceError, match=said(effect)) as caught:
            run(opened)
        assert (kernel.faults.waiting, "\n" in str(caught.value)) == (0, False)
        del caught
        gc.collect()
        assert held(kernel) == before
        kernel.reset()
        assert run(opened) == wanted()
        assert held(kernel) == working
    gc.collect()
    assert held(kernel) == before


@pytest.mark.parametrize(("point", "effect", "after"), cases(HARMLESS))
def test_what_can_be_made_good_is_made_good(point: Point, effect: int | Effect, after: int) -> None:
    kernel = VirtualKernel()
    before = held(kernel)
    kernel.faults.order(Fault(point, effect, after))
    with session(kernel) as opened:
        assert run(opened) == wanted()
        assert run(opened) == wanted()
    gc.collect()
    assert (kernel.faults.waiting, held(kernel)) == (0, before)


def test_a_hung_npu_is_not_used_again_before_a_reset() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(Fault(Point.TASK, Effect.HANG, 2))
        with pytest.raises(DeviceError, match="job 2 of 6, did not end within 5 s"):
            run(opened)
        for _ in range(2):
            with pytest.raises(DeviceError, match=r"is busy .* reset the NVDLA"):
                run(opened)
        kernel.reset()
        assert run(opened) == wanted()


def test_without_an_interrupt_registers_are_looked_at() -> None:
    kernel = VirtualKernel(interrupts=False)
    with session(kernel) as opened:
        assert run(opened) == wanted()
        kernel.faults.order(Fault(Point.TASK, Effect.HANG))
        with pytest.raises(DeviceError, match="did not end"):
            run(opened)


def test_a_node_without_memory_or_of_another_npu_is_no_board() -> None:
    with pytest.raises(DeviceError, match="1 maps, wanted registers and memory"):
        session(VirtualKernel(memory_bytes=0))
    with pytest.raises(DeviceError, match="no node of /sys/class/uio is named nvdla"):
        session(VirtualKernel(name="axi_gpio"))


def test_memory_that_is_too_small_is_told_with_what_is_free() -> None:
    with pytest.raises(DeviceError, match=r"no 4096 bytes in one piece, 0 of 8192 are free"):
        session(VirtualKernel(memory_bytes=2 * 4096))

# SPDX-License-Identifier: MIT
"""The virtual kernel refuses what the driver's source refuses."""

from __future__ import annotations

import ctypes
import errno
from typing import Any

import numpy as np
import pytest

from npucore.hw import drm
from npucore_vsim import uapi
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from npucore_vsim.virtual.checker import complaint
from npucore_vsim.virtual.kernel import NODE
from npucore_vsim.virtual.memory import SOFTPIN_START

NOTHING = [0x08010000 | 0xA28 >> 2, 0x11]  # a state that starts nothing
START = SOFTPIN_START
FAR = uapi.Timespec(1000, 0)


class Board:
    """An open file, call by call."""

    def __init__(self, **facts: Any) -> None:
        self.kernel = VirtualKernel(**facts)
        self.fd = self.kernel.open(NODE)

    def call(self, number: int, argument: ctypes.Structure) -> None:
        self.kernel.ioctl(self.fd, number, argument)

    def new(self, size: int = 4096, flags: int = uapi.WRITE_COMBINED) -> int:
        made = uapi.GemNew(size=size, flags=flags)
        self.call(uapi.GEM_NEW, made)
        return int(made.handle)

    def submit(
        self, *bos: tuple[int, int], words: list[int] = NOTHING, **changed: int
    ) -> uapi.GemSubmit:
        listed = (uapi.SubmitBo * len(bos))(
            *(uapi.SubmitBo(uapi.BO_READ | uapi.BO_WRITE, handle, at) for handle, at in bos)
        )
        stream = np.array(words, "<u4")
        values = {
            "pipe": 1,
            "nr_bos": len(bos),
            "bos": ctypes.addressof(listed),
            "stream": stream.ctypes.data,
            "stream_size": stream.nbytes,
            "flags": uapi.SOFTPIN | uapi.FENCE_FD_OUT,
        }
        asked = uapi.GemSubmit(**values | changed)
        self.call(uapi.GEM_SUBMIT, asked)
        return asked

    def wait(self, fence: int, deadline: uapi.Timespec = FAR) -> None:
        self.call(uapi.WAIT_FENCE, uapi.WaitFence(pipe=1, fence=fence, timeout=deadline))

    def prepare(self, handle: int, deadline: uapi.Timespec = FAR, op: int = 3) -> None:
        self.call(uapi.GEM_CPU_PREP, uapi.GemCpuPrep(handle=handle, op=op, timeout=deadline))

    def status(self, submitted: uapi.GemSubmit) -> int:
        info = uapi.FileInfo()
        self.kernel.ioctl(submitted.fence_fd, uapi.FILE_INFO, info)
        return int(info.status)


@pytest.fixture
def board() -> Board:
    return Board()


def refused(number: int) -> pytest.RaisesExc[OSError]:
    return pytest.raises(OSError, check=lambda error: error.errno == number)


@pytest.mark.parametrize(("pipe", "number"), [(2, errno.ENXIO), (4, errno.EINVAL)])
def test_pipes_that_are_not_there(board: Board, pipe: int, number: int) -> None:
    with refused(number):
        board.call(uapi.GET_PARAM, uapi.Param(pipe, uapi.MODEL))
    with refused(number):
        board.submit(pipe=pipe)
    with refused(number):
        board.call(uapi.WAIT_FENCE, uapi.WaitFence(pipe=pipe))


@pytest.mark.parametrize("param", [uapi.PRODUCT_ID, uapi.ECO_ID, uapi.CUSTOMER_ID])
def test_three_numbers_came_with_version_4(param: int) -> None:
    Board().call(uapi.GET_PARAM, uapi.Param(1, param))
    with refused(errno.EINVAL):
        Board(minor=3).call(uapi.GET_PARAM, uapi.Param(1, param))


def test_without_softpin_the_start_is_everything_and_submits_are_refused() -> None:
    board, asked = Board(softpin=False), uapi.Param(1, uapi.SOFTPIN_START)
    board.call(uapi.GET_PARAM, asked)
    assert asked.value == (1 << 64) - 1
    with refused(errno.EINVAL):
        board.submit()


@pytest.mark.parametrize(
    "changed",
    [
        {"exec_state": 3},
        {"flags": 0x10 | uapi.SOFTPIN},
        {"stream_size": 7},
        {"stream_size": uapi.MOST_STREAM_BYTES + 8},
        {"nr_relocs": 1},
        {"words": [0, 0]},
        {"words": NOTHING[:1]},
    ],
    ids=str,
)
def test_submits_that_are_refused(board: Board, changed: dict[str, Any]) -> None:
    with refused(errno.EINVAL):
        board.submit(**changed)
    assert not board.kernel.sync_files


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (START - 4096, errno.EINVAL),
        (START + 1, errno.EINVAL),
        ((1 << 32) - 4096, errno.ENOSPC),
        (1 << 32, errno.ENOSPC),
    ],
    ids=hex,
)
def test_addresses_that_are_refused(board: Board, address: int, number: int) -> None:
    with refused(number):
        board.submit((board.new(), address))


def test_buffers_of_one_submit_do_not_overlap(board: Board) -> None:
    one, two = board.new(8192), board.new()
    with refused(errno.ENOSPC):
        board.submit((one, START), (two, START + 4096))
    with refused(errno.EALREADY):
        board.submit((one, START), (one, START))
    with refused(errno.EINVAL):
        board.submit((99, START))


def test_a_place_is_free_again_when_its_job_has_ended(board: Board) -> None:
    one, two = board.new(), board.new()
    first = board.submit((one, START))
    with refused(errno.ENOSPC):
        board.submit((two, START))
    with refused(errno.EINVAL):
        board.submit((one, START + 8192))
    board.wait(first.fence)
    board.submit((two, START))
    board.submit((one, START + 8192))


def test_jobs_run_when_they_are_waited_for_in_their_order(board: Board) -> None:
    one, two = (board.submit((board.new(), START + n * 8192)) for n in range(2))
    assert (board.status(one), board.status(two)) == (0, 0)
    board.wait(two.fence)
    assert (board.status(one), board.status(two)) == (1, 1)


def test_a_wait_ends_at_its_deadline(board: Board) -> None:
    handle = board.new()
    board.kernel.faults.order(Fault(Point.JOB, Effect.BUSY))
    asked = board.submit((handle, START))
    with refused(errno.ETIMEDOUT):
        board.prepare(handle, uapi.Timespec(5, 0))
    with refused(errno.ETIMEDOUT):
        board.wait(asked.fence, uapi.Timespec(6, 0))
    assert board.kernel.now == 6_000_000_000
    board.prepare(handle)
    assert board.status(asked) == 1


def test_a_busy_buffer_and_fence_can_be_asked_for_without_waiting(board: Board) -> None:
    handle = board.new()
    asked = board.submit((handle, START))
    with refused(errno.EBUSY):
        board.prepare(handle, op=1 | 4)
    with refused(errno.EBUSY):
        board.call(uapi.WAIT_FENCE, uapi.WaitFence(pipe=1, fence=asked.fence, flags=1))
    board.wait(asked.fence)
    board.prepare(handle, op=1 | 4)


@pytest.mark.parametrize("effect", [Effect.HANG, Effect.HALF])
def test_a_job_that_hangs_has_a_fence_and_an_error_in_its_file(
    board: Board, effect: Effect
) -> None:
    board.kernel.faults.order(Fault(Point.JOB, effect))
    asked = board.submit((board.new(), START))
    board.wait(asked.fence)
    assert board.status(asked) == -errno.ECANCELED


def test_a_job_that_could_not_be_started_looks_as_if_it_had_run(board: Board) -> None:
    board.kernel.faults.order(Fault(Point.JOB, Effect.DROPPED))
    asked = board.submit((board.new(), START))
    board.wait(asked.fence)
    assert board.status(asked) == 1


def test_fences_that_nobody_knows_have_come(board: Board) -> None:
    board.wait(12345)


def test_handles_are_a_files_own(board: Board) -> None:
    handle, other = board.new(), board.kernel.open(NODE)
    with refused(errno.ENOENT):
        board.kernel.ioctl(other, uapi.GEM_INFO, uapi.GemInfo(handle=handle))
    with refused(errno.EINVAL):
        board.kernel.ioctl(other, drm.GEM_CLOSE, drm.GemClose(handle=handle))


def test_a_closed_file_drops_its_jobs_and_keeps_others(board: Board) -> None:
    kernel, mine = board.kernel, board.submit((board.new(), START))
    other = Board.__new__(Board)
    other.kernel, other.fd = kernel, kernel.open(NODE)
    theirs = other.submit((other.new(), START))
    kernel.close(board.fd)
    other.wait(theirs.fence)
    assert (other.status(theirs), other.status(mine)) == (1, 0)
    with refused(errno.EBADF):
        board.new()


def test_arguments_that_are_refused(board: Board) -> None:
    handle = board.new()
    with refused(errno.EINVAL):
        board.new(0)
    with refused(errno.EINVAL):
        board.new(flags=0)
    with refused(errno.EINVAL):
        board.prepare(handle, op=8)
    with refused(errno.EINVAL):
        board.call(uapi.GEM_CPU_FINI, uapi.GemCpuFini(handle=handle, flags=1))
    with refused(errno.EINVAL):
        board.call(uapi.GEM_INFO, uapi.GemInfo(handle=handle, pad=1))
    with refused(errno.EINVAL):
        board.kernel.mmap(board.fd, 8192, handle << 32)
    with refused(errno.ENOTTY):
        board.call(1, uapi.GemInfo())


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (NOTHING, ""),
        ([0x18000000, 0, *NOTHING], ""),
        ([0x08020000 | 0xA28 >> 2, 1, 2, 0], ""),
        ([0, 0], "op 0 not permitted at word 0"),
        ([*NOTHING, 0x10000000, 0], "op 2 not permitted at word 2"),
        ([0x08010000 | 0x3824 >> 2, 1], "restricted state at word 0"),
        ([0x08020000 | 0x3820 >> 2, 1, 2, 0], "restricted state at word 0"),
        ([0x08030000 | 0xA28 >> 2, 1], "overflow the end"),
    ],
)
def test_streams_are_checked_as_the_driver_checks_them(words: list[int], why: str) -> None:
    assert why in complaint(words)
    assert bool(why) == bool(complaint(words))


def test_the_log_has_every_call(board: Board) -> None:
    board.submit((board.new(), START))
    assert list(board.kernel.calls) == ["open", "GEM_NEW", "GEM_SUBMIT"]

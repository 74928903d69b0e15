# SPDX-License-Identifier: MIT
"""The virtual kernel, call by call, as a program without this library would see it."""

from __future__ import annotations

import ctypes
import errno
import time

import numpy as np
import pytest

from npucore.hw import drm
from npucore_rocket import uapi
from npucore_rocket.virtual import Behaviour, Effect, Fault, Point, VirtualKernel
from tests.material.rocket.boards import NODE
from tests.material.rocket.sim_board import Board, converted, load, result, sums, tiny
from tests.material.rocket.sim_words import Layer, Words, convolution, task

SIZE = 0x10000
PPU_ONLY = 0x60


class Program:
    """Plain calls, as the hardware reference's minimal runtime makes them."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel, self.fd = kernel, kernel.open(NODE)

    def call(self, number: int, argument: ctypes.Structure) -> int:
        """The error number, 0 for none."""
        try:
            self.kernel.ioctl(self.fd, number, argument)
        except OSError as error:
            return error.errno or -1
        return 0

    def create(self, size: int = SIZE) -> uapi.CreateBo:
        bo = uapi.CreateBo(size=size)
        assert self.call(uapi.CREATE_BO, bo) == 0
        return bo

    def map(self, bo: uapi.CreateBo) -> np.ndarray:
        return np.frombuffer(self.kernel.mmap(self.fd, bo.size, bo.offset), np.uint8)

    def wait(self, bo: uapi.CreateBo, timeout_ns: int = 0) -> int:
        return self.call(uapi.PREP_BO, uapi.PrepBo(handle=bo.handle, timeout_ns=timeout_ns))

    def soon(self, seconds: float = 5.0) -> int:
        return self.kernel.clock_ns(self.fd) + int(seconds * 1e9)

    def submit(self, tasks: list[tuple[int, int]], ins: list[int], outs: list[int]) -> int:
        array = (uapi.Task * len(tasks))(*(uapi.Task(*entry) for entry in tasks))
        reads, writes = ((ctypes.c_uint32 * len(h))(*h) for h in (ins, outs))
        places = [ctypes.addressof(each) for each in (array, reads, writes)]
        job = uapi.Job(*places, len(tasks), 8, len(ins), len(outs))
        return self.call(uapi.SUBMIT, uapi.Submit(ctypes.addressof(job), 1, 40, 0))


class Placed:
    """One layer in five buffers of a file."""

    def __init__(self, program: Program, layer: Layer | None = None) -> None:
        self.program = program
        program.create(4096)  # keeps address 0 free
        self.bos = [program.create() for _ in range(5)]
        feature, weights, bias, self.out, self.words = self.bos
        self.layer = Layer(
            **{
                **vars(layer or tiny()),
                "feature": feature.dma_address,
                "weights": weights.dma_address,
                "bias": bias.dma_address,
                "output": self.out.dma_address,
            }
        )
        board = Board()
        load(board, tiny())
        for bo, address in ((feature, 0x10000), (weights, 0x20000), (bias, 0x30000)):
            self.write(bo, board.buffers[address][:SIZE])
        self.code = task(convolution(self.layer))
        self.write(self.words, self.code)

    def write(self, bo: uapi.CreateBo, data: np.ndarray) -> None:
        raw = np.frombuffer(data.tobytes(), np.uint8)
        self.program.map(bo)[: raw.size] = raw
        assert self.program.call(uapi.FINI_BO, uapi.FiniBo(handle=bo.handle)) == 0

    @property
    def handles(self) -> list[int]:
        return [bo.handle for bo in self.bos if bo is not self.out]

    def submit(self, **changed: object) -> int:
        given = {
            "tasks": [(self.words.dma_address, self.code.size)],
            "ins": self.handles,
            "outs": [self.out.handle],
        } | changed
        return self.program.submit(**given)  # type: ignore[arg-type]

    def seen(self) -> np.ndarray:
        """The output as the NPU has it."""
        space = self.program.kernel.files[self.program.fd].space
        return space.find(self.out.handle).memory


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


@pytest.fixture
def placed(kernel: VirtualKernel) -> Placed:
    return Placed(Program(kernel))


def test_a_job_runs_and_its_output_is_the_layers(placed: Placed) -> None:
    assert placed.submit() == 0
    assert placed.program.wait(placed.out) == errno.EBUSY
    assert placed.program.wait(placed.out, placed.program.soon()) == 0
    board = Board()
    board.buffers[placed.layer.output] = placed.seen()
    expected = converted(tiny(), sums(tiny()))
    difference = np.abs(result(board, placed.layer).astype(int) - expected)
    assert difference.max() <= 1  # halves go to even here, up there


def test_deadlines_are_absolute(placed: Placed) -> None:
    placed.submit()
    assert placed.program.wait(placed.out, 1) == errno.EBUSY  # long past: a poll
    soon = placed.program.soon(1e-5)
    assert placed.program.wait(placed.out, soon) == errno.ETIMEDOUT
    assert placed.program.kernel.clock_ns(placed.program.fd) == soon


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tasks": []}, "no tasks"),
        ({"tasks": [(0x1000, 0)]}, "no words"),
        ({"ins": [99]}, "bad handle"),
        ({"ins": [6, 6]}, "handle twice"),
        ({"ins": [5], "outs": [5]}, "in and out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_job_is_dropped_and_the_call_returns_0(
    placed: Placed, changed: dict[str, object], why: str
) -> None:
    assert placed.submit(**changed) == 0
    assert placed.program.kernel.files[placed.program.fd].dropped == 1
    assert placed.program.wait(placed.out) == 0
    assert not placed.seen().any()


@pytest.mark.parametrize(
    ("number", "argument", "error"),
    [
        (uapi.PREP_BO, uapi.PrepBo(handle=99), errno.ENOENT),
        (uapi.PREP_BO, uapi.PrepBo(handle=1, reserved=1), errno.EINVAL),
        (uapi.FINI_BO, uapi.FiniBo(handle=99), errno.ENOENT),
        (uapi.FINI_BO, uapi.FiniBo(handle=1, reserved=1), errno.EINVAL),
        (drm.GEM_CLOSE, drm.GemClose(handle=99), errno.EINVAL),
        (uapi.CREATE_BO, uapi.CreateBo(size=0), errno.EINVAL),
        (uapi.SUBMIT, uapi.Submit(job_struct_size=32), errno.EINVAL),
        (uapi.SUBMIT, uapi.Submit(job_struct_size=40, reserved=1), errno.EINVAL),
        (uapi.SUBMIT, uapi.Submit(job_struct_size=40, job_count=1), errno.EFAULT),
        (0xC0106499, uapi.FiniBo(), errno.ENOTTY),
    ],
)
def test_bad_calls_have_their_numbers(
    placed: Placed, number: int, argument: ctypes.Structure, error: int
) -> None:
    assert placed.program.call(number, argument) == error


def test_a_closed_descriptor_is_bad(placed: Placed) -> None:
    placed.program.kernel.close(placed.program.fd)
    assert placed.program.call(uapi.FINI_BO, uapi.FiniBo(handle=1)) == errno.EBADF
    with pytest.raises(OSError, match="no such descriptor"):
        placed.program.kernel.close(placed.program.fd)


def test_a_job_that_hangs_ends_after_500_ms_and_nobody_is_told(placed: Placed) -> None:
    placed.program.kernel.faults.order(Fault(Point.JOB, Effect.HANG))
    before = placed.program.soon(0)
    placed.submit()
    assert placed.program.wait(placed.out, placed.program.soon()) == 0
    passed = placed.program.kernel.clock_ns(placed.program.fd) - before
    assert 500e6 <= passed < 501e6
    assert not placed.seen().any()


def test_words_that_the_chip_cannot_run_hang(placed: Placed) -> None:
    placed.write(placed.words, np.zeros_like(placed.code))
    placed.submit()
    assert placed.program.wait(placed.out, placed.program.soon()) == 0
    assert len(placed.program.kernel.scheduler.resets) == 1


def test_a_lost_interrupt_leaves_the_output_in_memory(placed: Placed) -> None:
    placed.program.kernel.faults.order(Fault(Point.JOB, Effect.LOST_INTERRUPT))
    placed.submit()
    assert placed.program.wait(placed.out, placed.program.soon(0.4)) == errno.ETIMEDOUT
    assert placed.seen().any()


def test_files_have_address_spaces_of_their_own(kernel: VirtualKernel) -> None:
    one, other = Placed(Program(kernel)), Placed(Program(kernel))
    assert one.out.dma_address == other.out.dma_address
    one.submit()
    one.program.wait(one.out, one.program.soon())
    assert one.seen().any()
    assert not other.seen().any()


def test_one_file_keeps_one_core_busy_and_three_keep_three(kernel: VirtualKernel) -> None:
    programs = [Placed(Program(kernel)) for _ in range(3)]
    for placed in programs:
        for _ in range(4):
            placed.submit()
        placed.program.wait(placed.out, placed.program.soon())
    assert len({core.busy_ns for core in kernel.cores}) == 1
    assert kernel.cores[0].busy_ns > 0
    again = VirtualKernel()
    alone = Placed(Program(again))
    for _ in range(12):
        alone.submit()
    alone.program.wait(alone.out, alone.program.soon())
    assert [core.busy_ns > 0 for core in again.cores] == [True, False, False]
    assert again.cores[0].busy_ns == 3 * kernel.cores[0].busy_ns


def test_registers_outlive_jobs_of_other_files(kernel: VirtualKernel) -> None:
    first, second = Placed(Program(kernel)), Placed(Program(kernel))
    first.submit()
    first.program.wait(first.out, first.program.soon())
    kernel.cores[1:] = []
    short = np.concatenate([second.code[:3], second.code[8:]])  # some registers are not written
    second.write(second.words, short)
    second.submit(tasks=[(second.words.dma_address, short.size)])
    second.program.wait(second.out, second.program.soon())
    np.testing.assert_array_equal(first.seen(), second.seen())


def two_tasks(placed: Placed) -> int:
    """The layer's task twice, the second one to the output's second half."""
    later = Layer(**{**vars(placed.layer), "output": placed.layer.output + SIZE // 2})
    words: Words = task(convolution(later))
    gap = np.zeros(placed.code.size % 2, np.uint64)  # words lie at multiples of 16 bytes
    placed.write(placed.words, np.concatenate([placed.code, gap, words]))
    place = placed.words.dma_address
    second = place + placed.code.nbytes + gap.nbytes
    return placed.submit(tasks=[(place, placed.code.size), (second, words.size)])


@pytest.mark.parametrize("first_only", [False, True])
def test_all_tasks_of_a_job_run_or_only_the_first(first_only: bool) -> None:
    placed = Placed(Program(VirtualKernel(Behaviour(first_task_only=first_only))))
    assert two_tasks(placed) == 0
    assert placed.program.wait(placed.out, placed.program.soon()) == 0
    assert placed.seen()[: SIZE // 2].any()
    assert placed.seen()[SIZE // 2 :].any() != first_only


@pytest.mark.parametrize("hangs", [False, True])
def test_words_at_address_0_run_or_hang(hangs: bool) -> None:
    kernel = VirtualKernel(Behaviour(hangs_at_zero=hangs))
    program = Program(kernel)
    zero = program.create()
    placed = Placed(program)
    placed.write(zero, placed.code)
    placed.submit(tasks=[(0, placed.code.size)], ins=[*placed.handles, zero.handle])
    program.wait(placed.out, program.soon())
    assert len(kernel.scheduler.resets) == hangs


def test_real_time_takes_as_long_as_the_model_says() -> None:
    placed = Placed(Program(VirtualKernel(real_time=True, clock=1e6)))
    before = time.monotonic_ns(), placed.program.soon(0)
    placed.submit()
    assert placed.program.wait(placed.out, placed.program.soon()) == 0
    passed = time.monotonic_ns() - before[0], placed.program.soon(0) - before[1]
    assert passed[0] >= 0.9 * passed[1] > 500_000


def test_the_hosts_work_takes_time_if_it_is_to() -> None:
    kernel = VirtualKernel(host_scale=1.0)
    program = Program(kernel)
    bo = program.create()
    before = program.soon(0)
    spent = time.thread_time_ns()
    while time.thread_time_ns() - spent < 3_000_000:
        pass
    program.call(uapi.FINI_BO, uapi.FiniBo(handle=bo.handle))
    assert program.soon(0) - before >= 3_000_000

# SPDX-License-Identifier: MIT
"""Inferences that were begun: waited for late, by nobody, or by the next one."""

from __future__ import annotations

import gc

import pytest

import npucore
from npucore.errors import DeviceError
from npucore_rocket import RocketBackend
from npucore_rocket.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.rocket.boards import digits, sample, session


def test_a_job_that_nobody_waits_for_gives_its_lane_back() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        program = opened.runs[0].program
        program.submit([sample()])
        gc.collect()
        job = program.submit([sample(1)])
        assert job.result()[0].shape
        assert job.result()[0] is job.result()[0]


@pytest.mark.slow
def test_a_thread_does_not_wait_for_itself() -> None:
    """More jobs than lanes: the oldest are ended, and say later what they gave."""
    with session(VirtualKernel(), cores=2) as opened:
        program = opened.runs[0].program
        jobs = [program.submit([sample(i)]) for i in range(7)]
        assert [job.result()[0].tobytes() for job in reversed(jobs)] == [
            program.run([sample(i)])[0].tobytes() for i in reversed(range(7))
        ]


def test_a_thread_does_not_wait_for_another_programs_job_of_its_own() -> None:
    backend = RocketBackend(device=VirtualKernel())
    with npucore.Session(digits(), backend) as one, npucore.Session(digits(), backend) as other:
        job = one.runs[0].program.submit([sample()])
        got = other.runs[0].program.run([sample()])
        assert job.result()[0].tobytes() == got[0].tobytes()


def test_a_job_that_was_ended_for_its_lane_still_says_how_it_failed() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        program = opened.runs[0].program
        kernel.faults.order(Fault(Point.JOB, Effect.HANG))
        job = program.submit([sample()])
        assert program.submit([sample()]).result()[0].shape
        with pytest.raises(DeviceError, match="convolution"):
            job.result()


def test_a_program_closes_with_a_job_under_way() -> None:
    kernel = VirtualKernel()
    opened = session(kernel)
    job = opened.runs[0].program.submit([sample()])
    opened.close()
    assert job.result()
    assert not kernel.files

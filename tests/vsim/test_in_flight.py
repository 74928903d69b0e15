# SPDX-License-Identifier: MIT
"""vsim's share of the frame: inferences in flight, traces, predictions, checks, named errors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npucore.errors import DeviceError, InputError
from npucore.family.code import Address
from npucore.family.device import JobError
from npucore.family.lanes import Lanes
from npucore.family.program import FamilyProgram
from npucore_vsim import VsimBackend
from npucore_vsim.chip import A311D
from npucore_vsim.image import VsimImage
from npucore_vsim.program import VsimCompiled
from npucore_vsim.simulator import simulated
from npucore_vsim.validate.extents import ExtentError
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.vsim.boards import network, run, sample, session, wanted


def test_several_inferences_are_under_way_at_once() -> None:
    kernel = VirtualKernel()
    with session(kernel, in_flight=3) as opened:
        assert len(kernel.files) == 3
        program = opened.runs[0].program
        jobs = [program.submit([sample(seed)]) for seed in range(3)]
        assert list(kernel.calls).count(Point.WAIT_FENCE) == 0
        for seed, job in reversed(list(enumerate(jobs))):
            assert job.result()[0].tobytes() == wanted(seed)
    assert not kernel.files


def test_more_in_flight_than_there_may_be_are_refused() -> None:
    with pytest.raises(InputError, match="in_flight 9, but at most 8"):
        VsimBackend(device="simulator", in_flight=9)


def test_a_trace_has_what_threads_did() -> None:
    with session(VirtualKernel()) as opened:
        (backend,) = {step.backend for step in opened.runs}
        assert isinstance(backend, VsimBackend)
        run(opened)
        backend.start_trace()
        run(opened)
        names = [span.name for span in backend.take_trace()]
    assert names == ["convert inputs and submit", "wait for the NPU", "convert outputs"]


def test_convolutions_take_at_least_what_their_macs_take() -> None:
    costs = VsimBackend("a311d", device="simulator", clock=1e9).predict(network())
    assert [cost.op for cost in costs] == [0, 1]  # nothing is known of pools
    pixels, channels, kernels = 24, 3, 5
    assert costs[0].macs == pixels * channels * kernels
    assert costs[0].seconds == pytest.approx(pixels * channels / 64e9)  # a kernel for each core
    assert costs[0].utilisation == pytest.approx(kernels / A311D.cores)


def test_a_job_that_would_leave_its_buffer_is_not_submitted() -> None:
    compiled = VsimBackend("a311d", device="simulator", trust="paper").compiled(network())
    number = next(n for n, job in enumerate(compiled.jobs) if job.op == 1)
    beyond = Address("activations", compiled.activations_bytes - 1)
    addresses = {**compiled.jobs[number].addresses, "out_image_address": beyond}
    jobs = list(compiled.jobs)
    jobs[number] = replace(jobs[number], addresses=addresses)
    changed = VsimCompiled(
        chip=compiled.chip,
        jobs=tuple(jobs),
        constants=compiled.constants,
        inputs=compiled.inputs,
        outputs=compiled.outputs,
        activations_bytes=compiled.activations_bytes,
        commands_bytes=compiled.commands_bytes,
    )
    with pytest.raises(ExtentError, match=rf"^op 1 of the run: job {number}: out_image_address"):
        FamilyProgram(VsimImage, changed, Lanes(lambda: simulated(A311D)))


def test_a_stopped_stream_names_its_ops() -> None:
    kernel = VirtualKernel()
    with session(kernel) as opened:
        kernel.faults.order(Fault(Point.JOB, Effect.HANG))
        with pytest.raises(
            JobError, match=r"one of \d steps, .*: .*the driver has stopped"
        ) as stop:
            run(opened)
        assert "convolution -> a" in str(stop.value) or "transpose" in str(stop.value)
        assert isinstance(stop.value, DeviceError)
        assert run(opened) == wanted()

# SPDX-License-Identifier: MIT
"""Through the driver's calls: the suite's cases, many threads, many sessions, many faults."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

import npucore
from benchmarks.soak import soak
from npucore.conformance.cases import every_case
from npucore.conformance.console import run as conformance
from npucore.conformance.graphs import every_graph
from npucore.conformance.report import Outcome
from npucore.errors import DeviceError
from npucore_vsim import VsimBackend
from npucore_vsim.chip import A311D, IMX8MP, Chip
from npucore_vsim.virtual import Effect, Fault, Point, VirtualKernel
from tests.material.vsim.boards import held, network, run, sample, session, wanted

THREADS, EACH = 4, 25
CHIPS = pytest.mark.parametrize("chip", [A311D, IMX8MP], ids=lambda chip: chip.name)


@pytest.mark.long
@CHIPS
def test_the_suites_cases_give_the_simulators_bytes(chip: Chip) -> None:
    kernel, taken = VirtualKernel(chip), 0
    simulated, driven = (VsimBackend(chip.name, device=d) for d in ("simulator", kernel))
    for case in (*every_case(), *every_graph()):
        if not case.quick:
            continue
        problem = case.build()
        inputs, answers = list(problem.inputs), []
        if not any(simulated.supports(op, problem.graph) for op in problem.graph.ops):
            continue
        for backend in (simulated, driven):
            with npucore.Session(problem.graph, backend) as opened:
                answers.append([array.tobytes() for array in opened.run(inputs)])
        assert answers[0] == answers[1], case.id
        taken += 1
    assert taken > 200
    assert kernel.submits >= taken
    assert not kernel.queue.log
    assert held(kernel)[:4] == (0, 0, 0, 0)


@pytest.mark.long
def test_vsim_keeps_the_contract_through_the_drivers_calls() -> None:
    words = ["--npu-backend=vsim", "--npu-option=device=virtual"]
    report = conformance([*words, "-k", "test_contract or test_arrays"], quiet=True)
    assert report.failures == []
    assert report.outcomes[Outcome.PASSED] > 20


def test_several_threads_share_a_session() -> None:
    kernel = VirtualKernel()
    expected = [wanted(seed) for seed in range(EACH)]
    with session(kernel) as opened, ThreadPoolExecutor(THREADS) as pool:
        several = [
            pool.submit(lambda: [run(opened, seed) for seed in range(EACH)]) for _ in range(THREADS)
        ]
        assert [each.result() for each in several] == [expected] * THREADS
    assert kernel.submits == THREADS * EACH


def test_several_sessions_share_a_board() -> None:
    kernel = VirtualKernel()
    before = held(kernel)[:4]

    def many(seed: int) -> bool:
        with session(kernel) as opened:
            return all(run(opened, seed) == wanted(seed) for _ in range(EACH))

    [wanted(seed) for seed in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(many, range(THREADS)))
    gc.collect()
    assert held(kernel)[:4] == before


def test_a_fault_in_one_thread_is_told_to_that_one_alone() -> None:
    kernel = VirtualKernel()
    wanted(0)
    with session(kernel) as opened, ThreadPoolExecutor(THREADS) as pool:
        kernel.faults.order(*(Fault(Point.JOB, Effect.HANG, 10 * n) for n in range(5)))

        def one(_: int) -> bool:
            try:
                return run(opened) == wanted(0)
            except DeviceError:
                return False

        good = list(pool.map(one, range(THREADS * EACH)))
        assert good.count(False) == 5
        assert run(opened) == wanted()


def test_a_job_that_hangs_in_one_session_leaves_the_others_alone() -> None:
    kernel = VirtualKernel()
    with session(kernel) as one, session(kernel) as other:
        assert run(other) == wanted()
        kernel.faults.order(Fault(Point.JOB, Effect.HANG))
        with pytest.raises(DeviceError, match="has stopped the job"):
            run(one)
        assert run(other, 1) == wanted(1)
        assert run(one, 1) == wanted(1)


def test_closing_waits_for_the_inference_under_way() -> None:
    kernel = VirtualKernel()
    opened = session(kernel)
    futures = [opened.submit(sample()) for _ in range(20)]
    opened.close()
    ended = [future for future in futures if not future.cancelled()]
    assert {future.result()[0].tobytes() for future in ended} == {wanted()}
    assert not kernel.files


@pytest.mark.long
def test_hundreds_of_inferences_with_faults_are_right_or_say_why() -> None:
    """A short form of ``python -m benchmarks.soak --backend vsim``."""
    done = soak(300, share=0.3, seed=1, backend="vsim")
    assert done.wrong == 0
    assert done.right + sum(done.errors.values()) == 300
    assert done.right > 200
    assert done.faults > 30
    programs, buffers = 1, 4  # on one file
    assert all(each.mappings == programs * buffers * each.files for each in done.held)
    assert done.held[-1].kilobytes < done.held[1].kilobytes + 4096


def test_a_network_of_several_ops_is_one_submit() -> None:
    kernel = VirtualKernel()
    with npucore.Session(network(), "vsim", device=kernel) as opened:
        opened.run(sample())
    assert list(kernel.calls).count(Point.SUBMIT) == 1

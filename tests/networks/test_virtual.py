# SPDX-License-Identifier: MIT
"""Real networks through the driver's interface: the simulator's bytes, on one core and on three."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

import npucore
from npucore.reference.backend import ReferenceProgram
from npucore.running.measure import measure, noise
from npucore.tensor import Array
from npucore_rocket.virtual import VirtualKernel, file

Run = Callable[[ReferenceProgram, Sequence[Array]], list[Array]]

DETECTOR = "ssdlite_mobiledet_coco_qat_postprocess"
NETWORKS = (
    "mobilenet_v1_1.0_224_quant",
    "mobilenet_v1_0.5_160_quant",
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v2_1.0_224_quant",
    DETECTOR,
    "mlperf_tiny_resnet8_int8",
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_ad01_int8",
    "mobilenet_edgetpu_0.75_224_ptq",
    "deeplabv3_mnv2_dm05_pascal_quant",
    "yolov8n_full_integer_quant_224",
    "yolov5n-int8",
)


def network(shared: Path, name: str) -> npucore.Graph:
    return npucore.load(shared / "models" / "tflite" / f"{name}.tflite")


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_driver_gives_the_simulators_bytes(shared: Path, name: str) -> None:
    graph = network(shared, name)
    inputs = noise(graph.inputs)
    kernel = VirtualKernel()
    with npucore.Session(graph, "rocket", placement="greedy", device="simulator") as session:
        wanted = session.run(inputs)
    with npucore.Session(graph, "rocket", placement="greedy", device=kernel) as session:
        found = session.run(inputs)
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert not kernel.scheduler.resets
    assert (len(kernel.files), kernel.mappings) == (0, 0)


def test_jobs_of_several_tasks_give_the_same(shared: Path) -> None:
    graph = network(shared, NETWORKS[0])
    inputs = noise(graph.inputs)
    found = []
    for tasks in ("one", "joined"):
        with npucore.Session(
            graph, "rocket", placement="greedy", device=VirtualKernel(), tasks=tasks
        ) as session:
            found.append(session.run(inputs)[0])
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.long
def test_four_streams_on_three_cores(shared: Path) -> None:
    graph = network(shared, DETECTOR)
    inputs = noise(graph.inputs)
    timings = []
    for cores, streams in ((1, 1), (3, 4), (1, 4)):
        kernel = VirtualKernel(clock=2e8)
        with npucore.Session(
            graph, "rocket", placement="greedy", device=kernel, cores=cores
        ) as session:
            timings.append(measure(session, 6 if cores == 3 else 2, streams))
            if cores == 3:
                wanted = session.run(inputs)
                futures = [session.submit(inputs) for _ in range(4)]
                for future in futures:
                    for mine, theirs in zip(future.result(), wanted, strict=True):
                        np.testing.assert_array_equal(mine, theirs)
    one, three, queued = (timing.throughput_fps for timing in timings)
    assert three >= 2.7 * one
    assert queued == pytest.approx(one, rel=0.05)
    busy = {span.track for span in timings[1].spans}
    assert {"core 0", "core 1", "core 2"} <= busy
    assert any(track.startswith("host, stream") for track in busy)


class Host(threading.local):
    """A host on which every run on the CPU takes a thread five milliseconds, whatever it does."""

    now = 0

    def thread_time_ns(self) -> int:
        """The thread's CPU time."""
        return self.now

    def slowed(self, run: Run) -> Run:
        """*run* on this host."""

        def slow(program: ReferenceProgram, inputs: Sequence[Array]) -> list[Array]:
            self.now += 5_000_000
            return run(program, inputs)

        return slow


@pytest.mark.long
def test_the_cpus_part_goes_on_while_the_npu_works(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = Host()
    monkeypatch.setattr(ReferenceProgram, "run", host.slowed(ReferenceProgram.run))
    monkeypatch.setattr(file, "time", host)
    graph = network(shared, DETECTOR)
    found = []
    for streams in (1, 2):
        kernel = VirtualKernel(host_scale=1.0)
        with npucore.Session(graph, "rocket", device=kernel) as session:
            found.append(measure(session, 6, streams))
    mean = fmean(found[0].latency_seconds)
    # an inference alone ends with its last call, before its outputs are converted
    assert found[0].throughput_fps == pytest.approx(1 / mean, rel=0.15)
    assert found[1].throughput_fps > 1.3 * found[0].throughput_fps

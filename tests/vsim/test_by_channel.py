# SPDX-License-Identifier: MIT
"""Weights with a scale for each channel: within 1 of the exact answer for every sum there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from npucore import Graph
from npucore.ops import Activation, Concatenation, Convolution, FullyConnected, Padding
from npucore.quantize import Float64s, Int64s
from npucore.tensor import Quantization, Tensor
from npucore_vsim.backend import VsimBackend
from npucore_vsim.chip import CHIPS, Chip
from npucore_vsim.lower.by_channel import by_channel
from npucore_vsim.lower.groups import blocks, read_planes
from npucore_vsim.lower.layer import Convolve
from npucore_vsim.lower.spans import spans
from npucore_vsim.maps import MapShape, stored_shape
from npucore_vsim.quantize import truncated
from npucore_vsim.registers import NNDescriptor
from tests.material.vsim.compared import off, tensor

BOTH = pytest.mark.parametrize("chip", [CHIPS["a311d"], CHIPS["imx8mp"]], ids=lambda c: c.name)
TARGETS = ("a311d", "s905d3", "stm32mp2", "imx8mp")


def layer(chip: Chip, seed: int, count: int = 10, relu: bool = False) -> tuple[Convolve, Float64s]:
    """A layer of noise, and scales that differ by up to a thousand times."""
    rng = np.random.default_rng(seed)
    shape = MapShape(3, 5, 24)
    source, target = tensor("x", 1, *shape), tensor("y", 1, 3, 5, count)
    made = Convolve(
        source=source,
        source_shape=shape,
        source_zero_point=100,
        destination=target,
        destination_shape=shape._replace(channels=count),
        destination_zero_point=int(rng.choice([0, 60, 128, 255])),
        weights=rng.integers(0, 256, (count, 24, 1, 1)).astype(np.uint8),
        weight_zero_point=128,
        bias=rng.integers(-9000, 9000, count),
        scale=1.0,
        relu=relu,
    )
    return made, 0.02 * np.exp(-np.log(10.0 ** rng.integers(1, 4)) * rng.random(count))


def requantized(sums: Int64s, job: Convolve, chip: Chip) -> Int64s:
    real = truncated(np.array([job.scale]), chip.generation)[0]
    low = job.destination_zero_point if job.relu else 0
    stored = np.rint(sums * real).astype(np.int64) + job.destination_zero_point
    kept: Int64s = np.clip(stored, low, 255)
    return kept


def answers(
    sums: Int64s, channel: int, whole: Convolve, jobs: list[Convolve], chip: Chip
) -> Int64s:
    """The output of a channel whose sum with its bias is each of *sums*, through all jobs."""
    segments: dict[tuple[int, int], Int64s] = {}
    centre = 128 if chip.generation == 8 else 0
    for job in jobs:
        if job.destination is not whole.destination:
            for kernel, bias in enumerate(job.bias.tolist()):
                moved = sums - int(whole.bias[channel]) + bias
                place = id(job.destination), job.first_written + kernel
                segments[place] = requantized(moved, job, chip)
            continue
        if not 0 <= (row := channel - job.first_written) < len(job.weights):
            continue
        total = np.full(sums.shape, job.bias[row])
        for plane, weight in enumerate(job.weights[row, :, 0, 0].tolist()):
            if weight:
                total += weight * (segments[id(job.source), plane] - centre)
        return requantized(total, job, chip)
    raise AssertionError("no job writes the channel")


@BOTH
@pytest.mark.parametrize("seed", range(6))
def test_every_sum_gives_the_exact_output_within_one(chip: Chip, seed: int) -> None:
    whole, scales = layer(chip, seed, relu=seed % 2 == 1)
    found = spans(whole, scales, chip.generation)
    jobs = [job for job in by_channel(whole, scales, chip) if isinstance(job, Convolve)]
    low = whole.destination_zero_point if whole.relu else 0
    for channel, scale in enumerate(scales.tolist()):
        first, length = int(found.first[channel]), int(found.length[channel])
        least, most = (first, first + length) if length else (-9000, 9000)
        sums = np.unique(np.linspace(least, most, 2000).astype(np.int64))
        exact = np.clip(np.rint(sums * scale) + whole.destination_zero_point, low, 255)
        got = answers(sums, channel, whole, jobs, chip)
        reached = (sums >= first) & (sums <= first + length)
        assert np.abs(got - exact)[reached].max(initial=0) <= 1


def weighted(
    kernel: tuple[int, ...], scales: Float64s, zero: int = 0, axis: int = 0, seed: int = 2
) -> Tensor:
    data = np.random.default_rng(seed).integers(-127, 128, kernel).astype(np.int8)
    quantization = Quantization(scales.astype(np.float32), np.full(scales.shape, zero), axis)
    return Tensor("w", kernel, np.dtype(np.int8), quantization, data)


def spread(count: int, taps: int, most: float = 20) -> Float64s:
    scales = 0.02 / taps**0.5 * np.exp(-np.log(most) * np.random.default_rng(3).random(count))
    return np.asarray(scales)


def convolution(
    channels: tuple[int, int],
    kernel: int,
    stride: int = 1,
    depthwise: bool = False,
    activation: Activation = Activation.NONE,
    size: tuple[int, int] = (9, 7),
) -> Graph:
    inputs, outputs = channels
    depth = 1 if depthwise else inputs
    pad = kernel // 2
    rows, columns = ((n + 2 * pad - kernel) // stride + 1 for n in size)
    op = Convolution(
        input=tensor("x", 1, *size, inputs, scale=0.05, zero=-3, dtype="int8"),
        weights=weighted((outputs, kernel, kernel, depth), spread(outputs, depth * kernel**2)),
        output=tensor("y", 1, rows, columns, outputs, scale=0.06, zero=-20, dtype="int8"),
        stride=(stride, stride),
        padding=Padding(pad, pad, pad, pad),
        groups=inputs if depthwise else 1,
        activation=activation,
    )
    return Graph((op,), (op.input,), (op.output,))


CASES = {
    "3 x 3": convolution((8, 20), 3),
    "3 x 3 by twos": convolution((3, 30), 3, 2),
    "1 x 1": convolution((16, 40), 1),
    "1 x 1 by twos": convolution((6, 9), 1, 2, size=(8, 8)),
    "one channel": convolution((1, 3), 1),
    "depthwise": convolution((20, 20), 3, depthwise=True),
    "depthwise by twos": convolution((25, 25), 3, 2, depthwise=True, size=(8, 8)),
    "relu": convolution((8, 12), 3, activation=Activation.RELU),
    "relu6": convolution((8, 12), 3, activation=Activation.RELU6),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", CASES)
def test_convolutions_are_within_one_of_the_exact_answer(name: str, target: str) -> None:
    assert off(CASES[name], target) <= 1


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_the_stride_of_a_single_result_does_not_matter(target: str) -> None:
    """As in networks that hear a word: 5 x 1 by threes, over five rows."""
    op = Convolution(
        input=tensor("x", 1, 5, 1, 40, scale=0.05, zero=-3, dtype="int8"),
        weights=weighted((12, 5, 1, 40), spread(12, 200)),
        output=tensor("y", 1, 1, 1, 12, scale=0.06, zero=-20, dtype="int8"),
        stride=(3, 1),
        padding=Padding(0, 0, 0, 0),
    )
    assert off(Graph((op,), (op.input,), (op.output,)), target) <= 1


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("rows", [1, 3])
def test_matrices_are_within_one_of_the_exact_answer(rows: int, target: str) -> None:
    op = FullyConnected(
        input=tensor("x", rows, 48, scale=0.05, zero=4, dtype="int8"),
        weights=weighted((21, 48), spread(21, 48)),
        output=tensor("y", rows, 21, scale=0.06, zero=10, dtype="int8"),
    )
    assert off(Graph((op,), (op.input,), (op.output,)), target) <= 1


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_a_channel_without_a_scale_to_speak_of_is_a_constant(target: str) -> None:
    graph = convolution((8, 12), 3)
    (op,) = graph.ops
    assert isinstance(op, Convolution)
    scales: Float64s = np.array(op.weights.q.scale, np.float64)
    scales[[0, 5]] = 1e-9
    every: Float64s = np.arange(1, 13) * np.float64(1e-9)
    for dead in (scales, every):
        changed = replace(op, weights=weighted(op.weights.shape, dead))
        assert off(Graph((changed,), graph.inputs, graph.outputs), target) <= 1


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
def test_beside_others_in_a_concatenation_no_plane_is_written_over(target: str) -> None:
    """V7 jobs write as many planes for each core: so do those that put channels together."""
    graph = convolution((8, 20), 3)
    (op,) = graph.ops
    assert isinstance(op, Convolution)
    again = replace(
        op, weights=weighted(op.weights.shape, spread(20, 72), seed=9), output=op.output
    )
    again = replace(again, output=replace(op.output, name="z"))
    shape = (*op.output.shape[:3], 40)
    both = tensor("both", *shape, scale=0.06, zero=-20, dtype="int8")
    joined = Concatenation(operands=(op.output, again.output), output=both, axis=3)
    assert off(Graph((op, again, joined), graph.inputs, (both,)), target) <= 1


def test_scales_that_are_alike_take_one_job() -> None:
    chip = CHIPS["a311d"]
    whole, scales = layer(chip, 0)
    assert by_channel(whole, np.full_like(scales, 0.01), chip) == [whole]


def test_what_no_job_has_is_refused() -> None:
    graph = convolution((8, 12), 3)
    (op,) = graph.ops
    assert isinstance(op, Convolution)
    zeros = replace(op.weights.q, zero_point=np.arange(12))
    inputs = weighted(op.weights.shape, spread(8, 72), axis=3)
    for weights, reason in (
        (replace(op.weights, quantization=zeros), "a zero point for each channel"),
        (inputs, "a scale along axis 3"),
    ):
        changed = replace(op, weights=weights)
        verdict = VsimBackend().supports(changed, Graph((changed,), graph.inputs, graph.outputs))
        assert reason in (verdict.reason or "")


@BOTH
def test_depthwise_channels_are_read_from_their_own_planes(chip: Chip) -> None:
    """Blocks of channels read no others, whether or not their kernels have to be dense."""
    graph = CASES["depthwise by twos"]
    judged = VsimBackend(chip.name).judge().lowered(graph)
    jobs = [job for job in judged[0] if isinstance(job, Convolve)]
    for job in jobs:
        assert job.first_read + job.source_shape.channels <= stored_shape(job.source).channels
        assert job.first_written + len(job.weights) <= stored_shape(job.destination).channels


def test_planes_that_are_read_are_two_at_least() -> None:
    used = np.zeros((4, 6), np.bool_)
    assert read_planes(used) == (0, 6)
    used[1, 5] = True
    assert read_planes(used) == (4, 2)
    used[2, 1] = True
    assert read_planes(used) == (1, 5)
    assert read_planes(used[:, :1]) == (0, 1)


@BOTH
def test_every_job_of_a_layer_counts(chip: Chip) -> None:
    """`npucore bench` adds up all the jobs that a layer has become."""
    backend = VsimBackend(chip.name)
    graph = CASES["3 x 3"]
    compiled = backend.compiled(graph)
    convolutions = [job for job in compiled.jobs if isinstance(job.descriptor, NNDescriptor)]
    works = [each for op, each in backend.works(compiled) if op == 0]
    assert len(works) == len(convolutions) >= 2
    one = VsimBackend(chip.name, per_channel="requantize").compiled(graph)
    (single,) = (each for _, each in backend.works(one))
    assert sum(each.cycles for each in works) > single.cycles


@BOTH
def test_finer_segments_are_taken_where_they_cost_little(chip: Chip) -> None:
    small, scales = layer(chip, 0)
    large = replace(small, destination_shape=MapShape(300, 500, 10))

    def finest(whole: Convolve) -> float:
        found = blocks(whole, spans(whole, scales, chip.generation), chip)
        groups = [group for block in found for group in block.groups]
        return max(group.scale / float(scales[group.channels].max()) for group in groups)

    assert finest(small) > 3.9
    assert finest(large) < 2.1

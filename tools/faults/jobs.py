# SPDX-License-Identifier: MIT
"""Good jobs to damage: small graphs, lowered, planned, emitted and linked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from npucore.family.code import ACTIVATIONS, COMMANDS, CONSTANTS
from npucore.graph import Graph
from npucore.ops import Activation, Add, Convolution, Op, Padding
from npucore.tensor import Array, Quantization, Tensor
from npucore_rocket.chip import RK3588
from npucore_rocket.link import link
from npucore_rocket.lower import layer as lower
from npucore_rocket.plan import planned
from npucore_rocket.program import compile_graph
from npucore_rocket.stream import Words
from npucore_rocket.validate import Buffer, Fetch, validate_job

FIRST_ADDRESS = 0x10000
GAP_BYTES = 0x1000


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """The tasks of one layer, the buffers that they use, and what is in the constant one."""

    name: str
    tasks: tuple[Fetch, ...]
    buffers: tuple[Buffer, ...]
    constants: Array

    def check(self) -> None:
        """Raise `StreamError` unless it may run."""
        validate_job(self.tasks, self.buffers, RK3588)

    def with_task(self, number: int, words: Words) -> Job:
        """The same with other words in one task."""
        tasks = list(self.tasks)
        tasks[number] = replace(tasks[number], words=words)
        return replace(self, tasks=tuple(tasks))


def good_jobs() -> list[Job]:
    """One job of every kind; the last has two tasks, of which the second keeps the weights."""
    return [
        job_of("direct 3x3", convolution((9, 10, 24), 40, 3)),
        job_of(
            "depthwise 3x3, stride 2", convolution((12, 12, 40), 40, 3, stride=2, depthwise=True)
        ),
        job_of("1x1 with a scale per channel", convolution((6, 5, 64), 32, 1, per_channel=True)),
        job_of("fully connected with ReLU6", convolution((1, 1, 128), 10, 1, Activation.RELU6)),
        job_of("addition", addition((8, 8, 48))),
        job_of("1x1 in two tasks", convolution((112, 112, 32), 64, 1)),
    ]


def convolution(
    shape: tuple[int, int, int],
    kernels: int,
    size: int,
    activation: Activation = Activation.NONE,
    stride: int = 1,
    depthwise: bool = False,
    per_channel: bool = False,
) -> Op:
    """A padded convolution of (rows, columns, channels) with weights from a fixed seed."""
    random = np.random.default_rng([*shape, kernels, size])
    rows, columns, channels = shape
    inner = 1 if depthwise else channels
    values = random.integers(-100, 100, (kernels, size, size, inner)).astype(np.int8)
    scales = random.uniform(0.01, 0.02, kernels)
    around = (size - 1) // 2
    out = [(n + 2 * around - size) // stride + 1 for n in (rows, columns)]
    bias = random.integers(-1000, 1000, kernels).astype(np.int32)
    spread = Quantization.per_channel(scales, 0) if per_channel else Quantization.per_tensor(0.02)
    return Convolution(
        input=_map("input", (1, rows, columns, channels), 0.05, 3),
        weights=Tensor("weights", values.shape, values.dtype, spread, values),
        bias=Tensor("bias", bias.shape, bias.dtype, Quantization.per_tensor(0.001), bias),
        output=_map("output", (1, *out, kernels), 0.5, -7),
        stride=(stride, stride),
        padding=Padding(around, around, around, around),
        groups=channels if depthwise else 1,
        activation=activation,
    )


def addition(shape: tuple[int, int, int]) -> Op:
    """The sum of two maps."""
    whole = (1, *shape)
    a, b = _map("a", whole, 0.05, 3), _map("b", whole, 0.04, -5)
    return Add(a=a, b=b, output=_map("output", whole, 0.08, 1))


def _map(name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> Tensor:
    return Tensor(name, shape, np.dtype(np.int8), Quantization.per_tensor(scale, zero_point))


def job_of(name: str, op: Op) -> Job:
    """The job of one op."""
    inputs = tuple(tensor for tensor in op.inputs if not tensor.is_constant)
    return linked(Graph((op,), inputs, op.outputs, name=name))


def linked(graph: Graph) -> Job:
    """The job of a graph of one op, at addresses that a kernel could give."""
    (op,) = graph.ops
    compiled = compile_graph(graph, {0: planned(lower(op, graph, RK3588), RK3588)}, RK3588)
    sizes = {
        CONSTANTS: compiled.constants.nbytes,
        ACTIVATIONS: compiled.activations_bytes,
        COMMANDS: compiled.commands_bytes,
    }
    buffers, address = [], FIRST_ADDRESS
    for buffer, size in sizes.items():
        buffers.append(Buffer(buffer, address, size, buffer == ACTIVATIONS))
        address += -(-size // GAP_BYTES) * GAP_BYTES + GAP_BYTES
    bases = {buffer.name: buffer.address for buffer in buffers}
    (tasks,) = compiled.jobs
    fetches = tuple(Fetch(bases[COMMANDS] + t.offset, link(t.code, bases)) for t in tasks)
    return Job(graph.name, fetches, tuple(buffers), compiled.constants)

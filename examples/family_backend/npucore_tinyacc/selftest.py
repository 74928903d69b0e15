# SPDX-License-Identifier: MIT
"""A case of every rule that no party has shown, run on the device and on the simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from npucore.contract.backend import Finding
from npucore.family.device import Device, JobError
from npucore.family.lanes import Lanes
from npucore.family.machine import Machine
from npucore.family.program import FamilyProgram
from npucore.family.selftest import Lab, SelfTest, unshown
from npucore.graph import Graph
from npucore.ops import Add, Convolution, Padding
from npucore.tensor import Array, Quantization, Tensor
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.driver import TinyaccDriver
from npucore_tinyacc.image import TinyaccImage
from npucore_tinyacc.program import TinyaccCompiled
from npucore_tinyacc.rules import rules

BYTES = np.dtype(np.int8)
SHAPE = (1, 6, 5, 3)
OF_SUMS = "factors"  # the rule that an addition alone obeys; a convolution meets all others


def run(
    machine: Machine[Chip],
    compile_graph: Callable[[Graph], TinyaccCompiled],
    say: Callable[[str], None],
) -> list[Finding]:
    """Every rule below `shown`; keeps what was found for the board."""
    test = SelfTest("tinyacc", JobError, say)
    if away := test.away(machine.open):
        return [away]
    simulate = TinyaccDriver().simulate
    lab = Lab(compile_graph, program, machine.open, lambda: simulate(machine.chip), samples)
    every = {True: lab.cases({"": summed()}), False: lab.cases({"": convolved()})}
    asked = unshown(rules(machine.chip))
    findings, measured = test.judge({name: every[name == OF_SUMS] for name in asked})
    return [*findings, test.keep(machine.board, measured)]


def program(compiled: TinyaccCompiled, open_device: Callable[[], Device[Any]]) -> FamilyProgram:
    """On devices of its own."""
    return FamilyProgram(TinyaccImage, compiled, Lanes(open_device))


def samples(graph: Graph) -> list[Array]:
    """Numbers of all sizes."""
    return [np.arange(t.elements).astype(t.dtype).reshape(t.shape) for t in graph.inputs]


def _map(name: str, scale: float) -> Tensor:
    return Tensor(name, SHAPE, BYTES, Quantization.per_tensor(scale, -3))


def summed() -> Graph:
    """An addition of two scales."""
    a, b, out = (_map(*pair) for pair in (("a", 0.5), ("b", 0.25), ("out", 0.75)))
    return Graph(inputs=(a, b), outputs=(out,), ops=(Add(a=a, b=b, output=out),))


def convolved() -> Graph:
    """A border on all sides, so that every rule of convolutions speaks."""
    source, out = _map("source", 0.5), _map("out", 0.75)
    data = np.arange(-40, 41).astype(np.int8).reshape(3, 3, 3, 3)
    weights = Tensor("weights", data.shape, BYTES, Quantization.per_tensor(0.01), data)
    op = Convolution(input=source, weights=weights, output=out, padding=Padding(1, 1, 1, 1))
    return Graph(inputs=(source,), outputs=(out,), ops=(op,))

# SPDX-License-Identifier: MIT
"""Questions about fp16, which go before all that sums integers: behind those a board has hung.

Cores have been seen to differ by 2**-16 in some results, so that not every byte has to be equal.
Source: facts of 2026-11, A9.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    BatchMatmul,
    Convolution,
    Logistic,
    Op,
    Padding,
    TransposeConvolution,
)
from npucore.tensor import Array, Tensor
from npucore_rocket.selftest import trial
from npucore_rocket.selftest.lab import Lab
from npucore_rocket.selftest.questions import Answer, Question

REAL = np.dtype(np.float32)
SIZE, CHANNELS = 12, 32
MOST = 2.0**-9
"""Of the largest result: four times what fp16 rounds."""


def real(name: str, *shape: int) -> Tensor:
    """A map of real numbers."""
    return Tensor(name, shape, REAL)


def constant(name: str, *shape: int) -> Tensor:
    """Random numbers whose products with others stay small."""
    data = np.random.default_rng(len(name)).normal(0, 0.1, shape).astype(np.float32)
    return Tensor(name, shape, REAL, None, data)


def graph(op: Op) -> Graph:
    """Of one op."""
    return Graph((op,), tuple(t for t in op.inputs if not t.is_constant), op.outputs)


def _map(name: str) -> Tensor:
    return real(name, 1, SIZE, SIZE, CHANNELS)


def convolution(groups: int = 1) -> Graph:
    """3 x 3 with a bias and ReLU6."""
    op = Convolution(
        input=_map("x"),
        weights=constant("w", CHANNELS, 3, 3, CHANNELS // groups),
        bias=constant("bias", CHANNELS),
        output=_map("y"),
        padding=Padding(1, 1, 1, 1),
        groups=groups,
        activation=Activation.RELU6,
    )
    return graph(op)


def transposed() -> Graph:
    """4 x 4 by twos."""
    op = TransposeConvolution(
        input=_map("x"),
        weights=constant("w", CHANNELS, 4, 4, CHANNELS),
        output=real("y", 1, 2 * SIZE, 2 * SIZE, CHANNELS),
        stride=(2, 2),
        padding=Padding(1, 1, 1, 1),
    )
    return graph(op)


def matrices() -> Graph:
    """Two pairs, the second ones laid out by the host."""
    a, b = real("a", 1, 2, 20, 64), real("b", 1, 2, 40, 64)
    return graph(BatchMatmul(a=a, b=b, output=real("y", 1, 2, 20, 40), transpose_b=True))


GRAPHS: dict[str, Callable[[], Graph]] = {
    "a convolution": convolution,
    "a depthwise convolution": lambda: convolution(CHANNELS),
    "a transposed convolution": transposed,
    "two maps": lambda: graph(Add(a=_map("x"), b=_map("z"), output=_map("y"))),
    "a look-up table": lambda: graph(Logistic(input=_map("x"), output=_map("y"))),
    "two computed matrices": matrices,
}


def _asked(make: Callable[[], Graph]) -> Callable[[Lab], Answer]:
    def answer(lab: Lab) -> Answer:
        of = make()
        compiled = lab.compile(of)
        found, wanted = (
            np.frombuffer(data, np.float32)
            for data in (trial.outputs(compiled, of, lab.open()), trial.simulated(compiled, of))
        )
        return _compared(found, wanted)

    return answer


def _compared(found: Array, wanted: Array) -> Answer:
    off = abs(found - wanted)
    largest = float(abs(wanted).max())
    if not off.any():
        return f"{off.size} results as simulated", True
    said = f"{int((off > 0).sum())} of {off.size} results differ, by at most {off.max():.3g}"
    return f"{said} where the largest is {largest:.3g}", bool(off.max() <= MOST * largest)


QUESTIONS = tuple(Question(f"fp16: {name}", _asked(make)) for name, make in GRAPHS.items())

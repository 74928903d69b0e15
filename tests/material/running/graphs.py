# SPDX-License-Identifier: MIT
"""Small graphs and a backend with tastes, for tests of the session and the partitioner."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Program,
    Verdict,
)
from npucore.graph import Graph
from npucore.ops import Add, Logistic, Op, Relu, Sqrt
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Tensor

F32 = np.dtype(np.float32)


def tensor(name: str) -> Tensor:
    """Four floats."""
    return Tensor(name, (4,), F32)


def chain(*kinds: type[Relu | Logistic | Sqrt]) -> Graph:
    """One op after the other: x0 -> x1 -> x2 ..."""
    tensors = [tensor("x0")]
    ops: list[Op] = []
    for number, kind in enumerate(kinds, 1):
        tensors.append(tensor(f"x{number}"))
        ops.append(kind(input=tensors[-2], output=tensors[-1]))
    return Graph(tuple(ops), (tensors[0],), (tensors[-1],), name="chain")


def diamond() -> Graph:
    """``relu(x) + logistic(x)``, in an order that goes back and forth: r, l, r, l, add."""
    x, a, b, c, d, y = map(tensor, "xabcdy")
    return Graph(
        (
            Relu(input=x, output=a),
            Logistic(input=x, output=b),
            Relu(input=a, output=c),
            Logistic(input=b, output=d),
            Add(a=c, b=d, output=y),
        ),
        (x,),
        (y,),
        name="diamond",
    )


class Picky(Backend):
    """Takes the ops that it was told to, and computes them as the reference does."""

    name = "picky"
    capabilities = Capabilities(summary="picky", ops={})

    def __init__(self, taste: Callable[[Op, Graph], bool], name: str = "picky") -> None:
        super().__init__()
        self.taste, self.name = taste, name  # type: ignore[misc]
        self.compiled: list[Graph] = []

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "fingers")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if not self.taste(op, graph):
            return Verdict(f"no appetite for {op.name}")
        return Verdict(evidence=Evidence.SHOWN)

    def compile(self, graph: Graph) -> Program:
        self.compiled.append(graph)
        return PickyProgram(ReferenceBackend().compile(graph))


class PickyProgram(Program):
    """A program that remembers whether it was closed."""

    def __init__(self, inner: Program) -> None:
        self.inner, self.closed = inner, 0

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        return self.inner.run(inputs)

    def close(self) -> None:
        self.closed += 1


def likes(*kinds: type[Op]) -> Callable[[Op, Graph], bool]:
    """A taste for some ops."""
    return lambda op, graph: isinstance(op, kinds)

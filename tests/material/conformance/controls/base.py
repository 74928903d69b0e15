# SPDX-License-Identifier: MIT
"""Backends with one fault each. The suite has to catch every one, by the test named here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from npucore.contract.backend import Backend, Capabilities, Program, Verdict
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Convolution, Op
from npucore.reference import ReferenceBackend
from npucore.tensor import Array

TAKEN = ("add", "convolution", "pooling", "reshape", "split")


class Sound(ReferenceBackend):
    """The reference with a shorter list: nothing is wrong with it."""

    name = "sound"
    capabilities = Capabilities("a sound backend", dict.fromkeys(TAKEN, 0))

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if op.name not in TAKEN:
            return Verdict(f"{op.name} is not for me")
        return ReferenceBackend().supports(op, graph)

    def compile(self, graph: Graph) -> Program:
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(str(verdict.reason))
        return self.program(graph)

    def program(self, graph: Graph) -> Program:
        return super().compile(graph)


class Wrapped(Program):
    """The reference's program with something done before or after it."""

    def __init__(self, inner: Program, graph: Graph) -> None:
        self.inner, self.graph = inner, graph

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        return self.inner.run(inputs)


CONTROLS: dict[str, tuple[type[Backend], str]] = {}
"""Name -> the backend, and the test that must fail."""


def control(test: str) -> Callable[[type[Backend]], type[Backend]]:
    def register(kind: type[Backend]) -> type[Backend]:
        kind.name = kind.__name__.lower()
        CONTROLS[kind.name] = (kind, test)
        return kind

    return register


def rewritten(change: Callable[[Convolution], Convolution]) -> Callable[..., Program]:
    """Compile with every convolution replaced."""

    def program(self: Sound, graph: Graph) -> Program:
        ops = tuple(change(op) if isinstance(op, Convolution) else op for op in graph.ops)
        changed = Graph(ops, graph.inputs, graph.outputs, graph.rounding)
        return ReferenceBackend.compile(self, changed)

    return program


def answering(change: Callable[[Graph, list[Array]], list[Array]]) -> Callable[..., Program]:
    """Change what comes out."""

    class Changed(Wrapped):
        def run(self, inputs: Sequence[Array]) -> list[Array]:
            return change(self.graph, self.inner.run(inputs))

    def program(self: Sound, graph: Graph) -> Program:
        return Changed(ReferenceBackend.compile(self, graph), graph)

    return program

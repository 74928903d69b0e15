# SPDX-License-Identifier: MIT
"""Whole networks: every op that the backend takes, fed with the reference's tensors, then all."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from npucore.conformance.error import Difference, difference, shape_error
from npucore.conformance.judge import Column, Finding, answer, bound, check_claims, reference
from npucore.conformance.litert import oracle
from npucore.conformance.maker import Maker
from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.running import session
from npucore.running.fallback import REFERENCE
from npucore.running.partition import partition
from npucore.running.placing import GREEDY
from npucore.tensor import Array, Tensor

FORMATS = (".tflite", ".onnx")
Values = Mapping[Tensor, Array]


class Network:
    """A model, seeded inputs for it, and every tensor as the reference computes it.

    Raises what `session.load` raises.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.graph = path, session.load(path)
        maker = Maker(path.name)
        self.inputs = [maker.draw(t.shape, t.dtype.name) for t in self.graph.inputs]
        every = tuple(t for op in self.graph.ops for t in op.outputs)
        whole = Graph(self.graph.ops, self.graph.inputs, every, self.graph.rounding)
        computed = ReferenceBackend().compile(whole).run(self.inputs)
        self.values: dict[Tensor, Array] = dict(zip(every, computed, strict=True))
        self.values.update(zip(self.graph.inputs, self.inputs, strict=True))

    def ops(self, backend: Backend) -> Iterator[Finding]:
        """What *backend* makes of each op that it takes; a network of one kind of op is one line.

        The finding's case is the op's index in the network.
        """
        parts = partition(self.graph, [backend, ReferenceBackend()])
        for op, placed in zip(self.graph.ops, parts.placements, strict=True):
            yield self._op(backend, op, placed)

    def _op(self, backend: Backend, op: Op, placed: Placement) -> Finding:
        start = time.perf_counter()
        reason, fault = None, None
        columns: dict[Column, Difference] = {}
        alone = self.graph.subgraph((op,)).with_rounding(Rounding.EXACT)
        if placed.backend != backend.name:
            reason = general(placed.reason or "", op).removeprefix(f"{backend.name}: ")
        elif verdict := backend.supports(op, alone):
            try:
                check_claims(backend, alone)
                columns, fault = self._compared(backend, alone)
            except Exception as error:  # the backend under judgement may raise anything
                fault = f"{type(error).__name__}: {error}"
        else:
            reason = f"taken beside other ops only ({general(verdict.reason or '', op)})"
        seconds = time.perf_counter() - start
        evidence = placed.evidence if reason is None else None
        return Finding(
            f"{placed.index:03}", op.name, self.path.stem, reason, fault, evidence, columns, seconds
        )

    def _compared(
        self, backend: Backend, alone: Graph
    ) -> tuple[dict[Column, Difference], str | None]:
        inputs = [self.values[tensor] for tensor in alone.inputs]
        got, right = answer(backend, alone, inputs), reference(alone, inputs, Rounding.EXACT)
        if wrong := shape_error(got, right):
            return {}, wrong
        exact, most = difference(got, right), bound(backend, alone)
        tflite = difference(got, reference(alone, inputs, Rounding.TFLITE))
        columns = {Column.EXACT: exact, Column.TFLITE: tflite}
        return columns, None if exact.within(most) else f"off by {exact}, claimed {most}"

    def whole(self, backend: Backend) -> Finding:
        """The network from end to end: no bound is promised, the differences are reported."""
        start = time.perf_counter()
        fault, columns = None, dict[Column, Difference]()
        try:
            with session.Session(
                self.graph, backend, fallback=REFERENCE, placement=GREEDY
            ) as network:
                got = network.run(list(self.inputs))
            answers = {
                Column.EXACT: reference(self.graph, self.inputs, Rounding.EXACT),
                Column.TFLITE: reference(self.graph, self.inputs, Rounding.TFLITE),
                Column.LITERT: oracle.file_answer(self.path, self.inputs),
            }
            fault = shape_error(got, answers[Column.EXACT] or [])
            columns = {
                column: difference(got, theirs)
                for column, theirs in answers.items()
                if theirs is not None and shape_error(got, theirs) is None
            }
        except Exception as error:  # the backend under judgement may raise anything
            fault = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - start
        return Finding(self.path.name, "network", "", None, fault, None, columns, seconds)


def general(reason: str, op: Op) -> str:
    """*reason* without the names that this network has for the op's tensors."""
    for field in dataclasses.fields(op):
        value = getattr(op, field.name)
        for tensor in value if isinstance(value, tuple) else (value,):
            if isinstance(tensor, Tensor) and tensor.name:
                reason = reason.replace(tensor.name, field.name)
    return reason


def networks(folder: Path) -> list[Path]:
    """The model files in *folder*, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix in FORMATS)

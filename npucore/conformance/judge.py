# SPDX-License-Identifier: MIT
"""What a backend makes of a case, beside what it should."""

from __future__ import annotations

import enum
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.error import Difference, difference, shape_error
from npucore.conformance.litert import oracle
from npucore.conformance.maker import Problem
from npucore.contract.backend import Backend, Program, Verdict
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array


class Column(enum.StrEnum):
    """With what an answer is compared."""

    EXACT = "exact"  # one rounding, half to even: this one decides
    TFLITE = "tflite"  # TFLite's reference rounding
    LITERT = "litert"  # LiteRT's default kernels, where they are installed


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one case: refused with a *reason*, failed for a *fault*, or passed."""

    case: str
    op: str
    shape: str
    reason: str | None = None
    fault: str | None = None
    evidence: str | None = None
    columns: Mapping[Column, Difference] = field(default_factory=dict)
    seconds: float = 0.0


def judge(backend: Backend, case: Case) -> Finding:
    """Compile and run one case about a single op; never raises for what the backend does."""
    problem = case.build()
    start = time.perf_counter()
    reason, fault, evidence, columns = None, None, None, {}
    try:
        verdicts = [backend.supports(op, problem.graph) for op in problem.graph.ops]
        refusal = next((verdict for verdict in verdicts if not verdict), None)
        if refusal is None:
            check_claims(backend, problem.graph)
            evidence = weakest(verdicts)
            columns = _columns(backend, problem)
            fault = _fault(columns[Column.EXACT], bound(backend, problem.graph))
        else:
            reason = refusal.reason or "no reason given"
    except Fault as found:
        fault = str(found)
    except Exception as error:  # the backend under judgement may raise anything
        fault = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    return Finding(case.id, case.op, case.shape, reason, fault, evidence, columns, seconds)


class Fault(Exception):  # noqa: N818  not an error of the suite's
    """What a backend has done wrong."""


def check_claims(backend: Backend, graph: Graph) -> None:
    """Raise `Fault` if the backend takes an op that it does not claim."""
    for op in graph.ops:
        if op.name not in backend.capabilities.ops:
            raise Fault(f"takes {op.name}, which it does not claim")


def bound(backend: Backend, graph: Graph) -> int:
    """The largest of the published bounds of the graph's ops."""
    return max(backend.capabilities.ops[op.name] for op in graph.ops)


def weakest(verdicts: Sequence[Verdict]) -> str | None:
    """The least evidence that is named; None where there is none."""
    levels = [verdict.evidence for verdict in verdicts if verdict.evidence is not None]
    return str(min(levels)) if levels else None


def reference(graph: Graph, inputs: Sequence[Array], rounding: Rounding) -> list[Array]:
    """What the judge answers under a rule."""
    return ReferenceBackend().compile(graph.with_rounding(rounding)).run(inputs)


def _columns(backend: Backend, problem: Problem) -> dict[Column, Difference]:
    graph, inputs = problem.graph, problem.inputs
    exact = reference(graph, inputs, Rounding.EXACT)
    got = answer(backend, graph, inputs)
    if wrong := shape_error(got, exact):
        raise Fault(wrong)
    columns = {Column.EXACT: difference(got, exact)}
    columns[Column.TFLITE] = _under_tflites_rule(backend, problem, got, exact)
    if oracle.installed():
        theirs = oracle.answer(graph, inputs, oracle.Kernels.DEFAULT)
        if theirs is not None:
            columns[Column.LITERT] = difference(got, theirs)
    return columns


def _under_tflites_rule(
    backend: Backend, problem: Problem, got: list[Array], exact: list[Array]
) -> Difference:
    """The same with TFLite's rounding, which a backend may heed or not."""
    want = reference(problem.graph, problem.inputs, Rounding.TFLITE)
    if not all(map(_same, want, exact)):
        got = answer(backend, problem.graph.with_rounding(Rounding.TFLITE), problem.inputs)
    return difference(got, want)


def answer(backend: Backend, graph: Graph, inputs: Sequence[Array]) -> list[Array]:
    """Compile, run, close. Raises `Fault` for inputs that were changed or refused after all."""
    try:
        program = backend.compile(graph)
    except UnsupportedError as error:
        raise Fault(f"supports takes it, compile refuses it: {error}") from None
    try:
        return run(program, inputs)
    finally:
        program.close()


def run(program: Program, inputs: Sequence[Array]) -> list[Array]:
    """Run on copies. Raises `Fault` if the program changes them or returns parts of them."""
    given = [np.array(array) for array in inputs]
    outputs = program.run(given)
    if not all(map(_same, given, inputs)):
        raise Fault("changes its inputs")
    if any(isinstance(o, np.ndarray) and np.shares_memory(o, g) for o in outputs for g in given):
        raise Fault("returns the caller's own input")
    return outputs


def _same(a: Array, b: Array) -> bool:
    return a.tobytes() == b.tobytes()


def _fault(exact: Difference, most: int) -> str | None:
    return None if exact.within(most) else f"off by {exact}, claimed {most}"

# SPDX-License-Identifier: MIT
"""Graphs of several ops: the backend takes what it can, the reference the rest."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from npucore.conformance.bounds import allowed
from npucore.conformance.case import Case
from npucore.conformance.error import FLOAT_TOLERANCE, Difference, difference, shape_error
from npucore.conformance.judge import Column, Fault, Finding, reference, weakest
from npucore.conformance.litert import oracle
from npucore.conformance.maker import Problem
from npucore.contract.backend import Backend
from npucore.contract.placement import Placement
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.running.fallback import REFERENCE
from npucore.running.placing import GREEDY
from npucore.running.session import Session
from npucore.tensor import Array, Tensor


def judge_graph(backend: Backend, case: Case) -> Finding:
    """Run one case of several ops; never raises for what the backend does.

    It is refused if the backend takes none of its ops. Each output may be off by what the bounds
    of the ops before it add up to, see `allowed`.
    """
    problem = case.build()
    start = time.perf_counter()
    reason, fault, evidence, columns = None, None, None, {}
    try:
        with Session(problem.graph, backend, fallback=REFERENCE, placement=GREEDY) as session:
            placement = session.placement
            if any(p.backend == backend.name for p in placement):
                got = session.run(list(problem.inputs))
                bounds = _bounds(backend, problem.graph, placement)
                columns = _columns(problem, got, bounds)
                evidence = _evidence(backend, problem.graph, placement)
            else:
                reason = next((p.reason for p in placement if p.reason), "no reason given")
    except Fault as found:
        fault = str(found)
    except Exception as error:  # the backend under judgement may raise anything
        fault = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    return Finding(case.id, case.op, case.shape, reason, fault, evidence, columns, seconds)


def _bounds(backend: Backend, graph: Graph, placement: Sequence[Placement]) -> dict[Op, int]:
    """The published bound of what the backend runs; 0 for the reference."""
    claimed = backend.capabilities.ops
    bounds = {}
    for op, placed in zip(graph.ops, placement, strict=True):
        if placed.backend == backend.name and op.name not in claimed:
            raise Fault(f"takes {op.name}, which it does not claim")
        bounds[op] = claimed[op.name] if placed.backend == backend.name else 0
    return bounds


def _evidence(backend: Backend, graph: Graph, placement: Sequence[Placement]) -> str | None:
    mine = [op for op, p in zip(graph.ops, placement, strict=True) if p.backend == backend.name]
    return weakest([backend.supports(op, graph) for op in mine])


def _columns(
    problem: Problem, got: list[Array], bounds: Mapping[Op, int]
) -> dict[Column, Difference]:
    exact = reference(problem.graph, problem.inputs, Rounding.EXACT)
    if wrong := shape_error(got, exact):
        raise Fault(wrong)
    most = allowed(problem.graph, bounds)
    for tensor, mine, right in zip(problem.graph.outputs, got, exact, strict=True):
        _check(tensor, mine, right, most[tensor])
    tflite = reference(problem.graph, problem.inputs, Rounding.TFLITE)
    columns = {Column.EXACT: difference(got, exact), Column.TFLITE: difference(got, tflite)}
    if oracle.installed():
        theirs = oracle.answer(problem.graph, problem.inputs, oracle.Kernels.DEFAULT)
        if theirs is not None:
            columns[Column.LITERT] = difference(got, theirs)
    return columns


def _check(tensor: Tensor, got: Array, right: Array, most: float) -> None:
    """Raise `Fault` for an output that is off by more than *most*."""
    apart = np.abs(got.astype(np.float64) - right.astype(np.float64))
    if right.dtype.kind == "f":
        most += FLOAT_TOLERANCE * float(np.abs(right).max(initial=0))
    if not (largest := float(apart.max(initial=0))) <= most:
        raise Fault(f"{tensor.name} is off by {largest:g}, the ops' bounds allow {most:g}")

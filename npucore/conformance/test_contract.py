# SPDX-License-Identifier: MIT
"""What holds for a backend whatever its ops."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from npucore.conformance.maker import Problem
from npucore.contract.abilities import Exports
from npucore.contract.backend import Backend, DeviceKind, Program
from npucore.errors import UnsupportedError
from npucore.evidence import Evidence
from npucore.ops import every_op
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from npucore.running.work import for_board
from npucore.tensor import Array

THREADS, RUNS = 4, 5


def _others(problem: Problem, seed: int) -> list[Array]:
    """Inputs of the same shapes with other values."""
    rng = np.random.default_rng(seed)
    return [rng.permutation(x.reshape(-1)).reshape(x.shape) for x in problem.inputs]


def _same(got: list[Array], want: list[Array]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(got, want, strict=True))


def _claims(backend: Backend) -> Iterator[tuple[str, int]]:
    yield from backend.capabilities.ops.items()


def test_claims_something(backend: Backend) -> None:
    assert backend.capabilities.ops, "claims no op"


def test_claims_ops_that_exist(backend: Backend) -> None:
    unknown = backend.capabilities.ops.keys() - every_op().keys()
    assert not unknown, f"no such op: {unknown}"


def test_says_what_it_is(backend: Backend) -> None:
    available = backend.availability()
    assert backend.capabilities.summary
    assert available.detail
    assert isinstance(available.kind, DeviceKind)


def test_takes_something(backend: Backend, problems: Sequence[Problem]) -> None:
    taken = any(backend.supports(op, p.graph) for p in problems for op in p.graph.ops)
    assert taken, f"refuses all of {len(problems)} cases"


def test_takes_what_it_claims(backend: Backend, problems: Sequence[Problem]) -> None:
    """An op counts if it is taken alone or in a graph of several."""
    missing = {name for name, _ in _claims(backend)}
    for problem in problems:
        wanted = [op for op in problem.graph.ops if op.name in missing]
        missing -= {op.name for op in wanted if backend.supports(op, problem.graph)}
    assert not missing, f"claims, but refuses in every case: {', '.join(sorted(missing))}"


def test_claims_what_it_takes(backend: Backend, problems: Sequence[Problem]) -> None:
    claimed = backend.capabilities.ops
    strays = {
        op.name
        for problem in problems
        for op in problem.graph.ops
        if op.name not in claimed and backend.supports(op, problem.graph)
    }
    assert not strays, f"takes, but does not claim: {', '.join(sorted(strays))}"


def test_refusals_give_reasons(backend: Backend, problems: Sequence[Problem]) -> None:
    for problem in problems:
        for op in problem.graph.ops:
            verdict = backend.supports(op, problem.graph)
            said = verdict or (verdict.reason or "").strip()
            assert said, f"{op.name} -> {op.label}: refused without a word"


def test_evidence_has_a_level(backend: Backend, problems: Sequence[Problem]) -> None:
    for problem in problems:
        for op in problem.graph.ops:
            level = backend.supports(op, problem.graph).evidence
            assert level is None or isinstance(level, Evidence), f"{op.name}: evidence {level!r}"


def test_takes_nothing_below_its_trust(backend: Backend, problems: Sequence[Problem]) -> None:
    """Here, and as it judges for a board."""
    for judge in filter(None, (backend, for_board(backend))):
        if (trust := judge.trust) is None:
            continue
        for op, graph in ((op, problem.graph) for problem in problems for op in problem.graph.ops):
            level = judge.supports(op, graph).evidence
            assert level is None or level >= trust, f"{op.name}: {level} evidence at trust={trust}"


def test_verdicts_do_not_change(backend: Backend, problems: Sequence[Problem]) -> None:
    """Asked again, in the opposite order."""
    pairs = [(op, p.graph) for p in problems for op in p.graph.ops]
    first = [backend.supports(op, graph).reason for op, graph in pairs]
    again = [backend.supports(op, graph).reason for op, graph in reversed(pairs)]
    assert first == again[::-1]


def test_compile_refuses_what_supports_refuses(
    backend: Backend, problems: Sequence[Problem]
) -> None:
    """A program of a refused op must not be made."""
    seen: set[str] = set()
    for problem in problems:
        refused = [op for op in problem.graph.ops if not backend.supports(op, problem.graph)]
        if not refused or refused[0].name in seen:
            continue
        seen.add(refused[0].name)
        with pytest.raises(UnsupportedError):
            backend.compile(problem.graph)


def test_runs_twice_alike(backend: Backend, taken: list[Problem]) -> None:
    for problem in taken:
        program = backend.compile(problem.graph)
        first = program.run(list(problem.inputs))
        program.run(_others(problem, 1))
        assert _same(program.run(list(problem.inputs)), first), problem.graph.ops[0].name
        program.close()


def test_compiles_twice_alike(backend: Backend, taken: list[Problem]) -> None:
    for problem in taken:
        first, second = (backend.compile(problem.graph) for _ in range(2))
        want = first.run(list(problem.inputs))
        assert _same(second.run(list(problem.inputs)), want), problem.graph.ops[0].name
        first.close()
        assert _same(second.run(list(problem.inputs)), want), "closing one program hurt another"
        second.close()


def test_a_second_input_gives_a_second_answer(backend: Backend, taken: list[Problem]) -> None:
    for problem in taken:
        program, inputs = backend.compile(problem.graph), _others(problem, 2)
        program.run(list(problem.inputs))
        got = program.run(inputs)
        program.close()
        fresh = backend.compile(problem.graph)
        assert _same(got, fresh.run(inputs)), f"{problem.graph.ops[0].name}: a stale answer"
        fresh.close()


def test_answers_stay_as_they_are(backend: Backend, taken: list[Problem]) -> None:
    """Outputs belong to the caller: the next run leaves them alone, and they may be changed."""
    for problem in taken:
        program = backend.compile(problem.graph)
        first = program.run(list(problem.inputs))
        kept = [np.array(output) for output in first]
        program.run(_others(problem, 3))
        assert _same(first, kept), f"{problem.graph.ops[0].name}: an old answer has changed"
        for output in first:
            output[...] = 0
        again = program.run(list(problem.inputs))
        assert _same(again, kept), f"{problem.graph.ops[0].name}: a changed answer came back"
        program.close()


def _alone(
    program: Program, gate: threading.Barrier, inputs: list[Array], want: list[Array]
) -> bool:
    """Whether one thread gets its own answers, all having started at once."""
    gate.wait()
    return all(_same(program.run(inputs), want) for _ in range(RUNS))


def test_threads_do_not_meet(backend: Backend, taken: list[Problem]) -> None:
    """One program, several threads, each with inputs of its own."""
    for problem in taken:
        program = backend.compile(problem.graph)
        inputs = [_others(problem, seed) for seed in range(THREADS)]
        want = [program.run(each) for each in inputs]
        gate = threading.Barrier(THREADS)

        with ThreadPoolExecutor(THREADS) as pool:
            right = list(pool.map(partial(_alone, program, gate), inputs, want))
        program.close()
        assert all(right), f"{problem.graph.ops[0].name}: wrong in {right.count(False)} threads"


def test_jobs_give_what_runs_give(backend: Backend, taken: list[Problem]) -> None:
    """Several in flight, asked for in the opposite order."""
    for problem in taken:
        program = backend.compile(problem.graph)
        inputs = [_others(problem, seed) for seed in range(3)]
        want = [program.run(each) for each in inputs]
        jobs = [program.submit(each) for each in inputs]
        for job, right in reversed(list(zip(jobs, want, strict=True))):
            assert _same(job.result(), right), problem.graph.ops[0].name
        program.close()


def test_close_may_be_called_twice(backend: Backend, taken: list[Problem]) -> None:
    program = backend.compile(taken[0].graph)
    program.close()
    program.close()


def test_what_is_exported_can_be_loaded(backend: Backend, taken: list[Problem]) -> None:
    if not isinstance(backend, Exports):
        return  # its graphs are stored as they are
    for problem in taken:
        graph = problem.graph
        exported = backend.export(graph)
        program = backend.compile(graph)
        loaded = backend.load(exported, graph.inputs, graph.outputs)
        inputs = list(problem.inputs)
        assert _same(loaded.run(inputs), program.run(inputs)), graph.ops[0].name
        loaded.close()
        program.close()


def test_unknown_targets_and_options_are_refused(backend: Backend) -> None:
    with pytest.raises(UnsupportedError):
        type(backend)("no-such-target")
    with pytest.raises(UnsupportedError):
        type(backend)(None, no_such_option=1)


def test_graphs_can_be_cut_for_it(backend: Backend, problems: Sequence[Problem]) -> None:
    """The reference takes every op that it refuses."""
    fallback = ReferenceBackend()
    for problem in problems:
        if len(problem.graph.ops) > 1:
            parts = partition(problem.graph.with_rounding(Rounding.EXACT), [backend, fallback])
            assert len(parts.placements) == len(problem.graph.ops)

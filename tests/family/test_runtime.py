# SPDX-License-Identifier: MIT
"""Backends of runtimes, judged by one case for each op, and where the runtime is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

import numpy as np
import pytest

from npucore import Session
from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.judge import judge
from npucore.contract.backend import DeviceKind
from npucore.errors import InputError, UnsupportedError
from npucore.family import runtime
from npucore.family.runtime import RuntimeBackend
from npucore_litert import LiteRTBackend
from npucore_onnxruntime import OnnxRuntimeBackend


@dataclass(frozen=True)
class Runtime:
    """A backend, a version of its runtime that was not judged, and an op that it has not."""

    backend: type[RuntimeBackend]
    older: str
    lacking: str


RUNTIMES = [
    Runtime(LiteRTBackend, "2.2.9", "einsum"),
    Runtime(OnnxRuntimeBackend, "1.20.0", "loop"),
]


def cases() -> Iterator[tuple[Runtime, Case]]:
    essential = [case for case in every_case() if case.essential]
    for each in RUNTIMES:
        yield from ((each, case) for case in essential if case.op in each.backend.kernels)


def there(each: Runtime) -> type[RuntimeBackend]:
    """The backend, if what it runs on is installed."""
    if each.backend().availability().kind is DeviceKind.NONE:
        pytest.skip("the runtime is not installed")
    return each.backend


CASES = list(cases())
EACH = pytest.mark.parametrize("each", RUNTIMES, ids=lambda each: each.backend.name)


@pytest.mark.parametrize(
    ("each", "case"), CASES, ids=[f"{each.backend.name}-{case.id}" for each, case in CASES]
)
def test_the_first_case_of_every_op_is_within_its_bound(each: Runtime, case: Case) -> None:
    finding = judge(there(each)(), case)
    assert finding.fault is None
    if finding.reason is not None:
        pytest.skip(finding.reason)


def problem_of(op: str) -> Case:
    return next(case for case in every_case() if case.op == op)


@EACH
def test_without_the_runtime_it_says_what_to_install(
    each: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_is_installed", lambda *_: False)
    backend, graph = each.backend(), problem_of("relu").build().graph
    here = backend.availability()
    assert here.kind is DeviceKind.NONE
    assert here.detail.endswith(f"is not installed: pip install 'npucore[{backend.name}]'")
    with pytest.raises(UnsupportedError, match="pip install"):
        backend.compile(graph)


@EACH
def test_an_older_version_is_not_trusted(each: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = there(each)
    monkeypatch.setattr(metadata, "version", lambda name: each.older)
    runtime._is_installed.cache_clear()
    assert backend().availability().kind is DeviceKind.NONE
    monkeypatch.undo()
    runtime._is_installed.cache_clear()
    assert backend().availability().kind is DeviceKind.CPU


@EACH
def test_what_no_case_shows_is_refused(each: Runtime) -> None:
    graph = problem_of(each.lacking).build().graph
    with pytest.raises(UnsupportedError, match="no kernel of"):
        there(each)().compile(graph)


@EACH
@pytest.mark.parametrize("threads", ["0", "two", "-1", "1000"])
def test_threads_are_a_number(each: Runtime, threads: str) -> None:
    problem = problem_of("relu").build()
    with pytest.raises(InputError, match=r"threads: .*wanted a number from 1 to 256"):
        Session(problem.graph, there(each).name, threads=threads)


@EACH
def test_more_threads_give_the_same(each: Runtime) -> None:
    problem, name = problem_of("convolution").build(), there(each).name
    answers = []
    for threads in (1, 2):
        with Session(problem.graph, name, fallback=None, threads=threads) as session:
            answers += session.run(list(problem.inputs))
    np.testing.assert_array_equal(answers[0], answers[1])

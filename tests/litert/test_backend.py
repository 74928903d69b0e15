# SPDX-License-Identifier: MIT
"""The backend, judged by one case for each op, and where the runtime is missing."""

from __future__ import annotations

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
from npucore_litert import LiteRTBackend
from npucore_litert.kernels import KERNELS

pytest.importorskip("ai_edge_litert", reason="the runtime is not installed")

FIRST = [case for case in every_case() if case.essential and case.op in KERNELS]


@pytest.mark.parametrize("case", FIRST, ids=lambda case: case.id)
def test_the_first_case_of_every_op_is_within_its_bound(case: Case) -> None:
    finding = judge(LiteRTBackend(), case)
    assert finding.fault is None
    if finding.reason is not None:
        pytest.skip(finding.reason)


def problem_of(op: str) -> Case:
    return next(case for case in every_case() if case.op == op)


def test_without_the_runtime_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_is_installed", lambda *_: False)
    backend, graph = LiteRTBackend(), problem_of("relu").build().graph
    here = backend.availability()
    assert here.kind is DeviceKind.NONE
    assert here.detail.endswith("is not installed: pip install 'npucore[litert]'")
    with pytest.raises(UnsupportedError, match="pip install"):
        backend.compile(graph)


def test_an_older_version_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "2.2.9")
    runtime._is_installed.cache_clear()
    assert LiteRTBackend().availability().kind is DeviceKind.NONE
    monkeypatch.undo()
    runtime._is_installed.cache_clear()
    assert LiteRTBackend().availability().kind is DeviceKind.CPU


def test_what_no_case_shows_is_refused() -> None:
    graph = problem_of("einsum").build().graph
    with pytest.raises(UnsupportedError, match="no kernel of"):
        LiteRTBackend().compile(graph)


@pytest.mark.parametrize("threads", ["0", "two", "-1", "1000"])
def test_threads_are_a_number(threads: str) -> None:
    problem = problem_of("relu").build()
    with pytest.raises(InputError, match=r"threads: .*wanted a number from 1 to 256"):
        Session(problem.graph, "litert", threads=threads)


def test_more_threads_give_the_same() -> None:
    problem = problem_of("convolution").build()
    answers = []
    for threads in (1, 2):
        with Session(problem.graph, "litert", fallback=None, threads=threads) as session:
            answers += session.run(list(problem.inputs))
    np.testing.assert_array_equal(answers[0], answers[1])

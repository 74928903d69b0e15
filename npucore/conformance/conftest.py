# SPDX-License-Identifier: MIT
"""The backend under judgement, the gaps it owns up to, and the report."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cache
from pathlib import Path

import pytest

from npucore.conformance import gaps
from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.conformance.judge import Finding
from npucore.conformance.maker import Problem
from npucore.conformance.recorder import Recorder, ending, identity
from npucore.contract.backend import Backend
from npucore.errors import NpucoreError
from npucore.files.atomic import replacing
from npucore.graph import Graph
from npucore.running import session

HERE = Path(__file__).parent
RECORDER = pytest.StashKey[Recorder]()
MOST_PROBLEMS, MOST_ELEMENTS = 12, 40_000

Judged = Callable[[Finding], None]


def mine(item: pytest.Item) -> bool:
    """Whether *item* is one of the suite's tests: this file may be loaded beside others."""
    return HERE in item.path.parents and item.path.name.startswith("test_")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Open the backend, turn its gaps into strict xfails, leave out what is not quick."""
    suite = [item for item in items if mine(item)]
    if not suite:
        return
    try:
        recorder = config.stash[RECORDER] = _recorder(config)
        if lost := gaps.unmatched(recorder.gaps, map(identity, suite)):
            patterns = ", ".join(gap.tests for gap in lost)
            raise pytest.UsageError(f"these gaps match no test: {patterns}")
    except NpucoreError as error:
        raise pytest.UsageError(str(error)) from None
    for item in suite:
        for gap in recorder.gaps:
            if gap.matches(identity(item)):
                reason = f"{gap.kind}: {gap.why}"
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    if recorder.quick:
        slow = {item for item in suite if not _quick(item)}
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)


def _quick(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None) and item.callspec.params.get("case")  # type: ignore[attr-defined]
    return bool(getattr(case, "quick", True))


def _recorder(config: pytest.Config) -> Recorder:
    options = {}
    for text in config.getoption("--npu-option"):
        key, equals, value = text.partition("=")
        if not equals:
            raise pytest.UsageError(f"--npu-option {text}: wanted KEY=VALUE")
        options[key] = value
    (backend,), _ = session.open_all(config.getoption("--npu-backend"), None, **options)
    file = config.getoption("--npu-gaps")
    known = gaps.shipped(type(backend)) if file is None else gaps.read(file)
    return Recorder(backend, known, config.getoption("--npu-quick"))


@pytest.fixture(scope="session")
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """Where findings go."""
    return request.config.stash[RECORDER]


@pytest.fixture(scope="session")
def backend(recorder: Recorder) -> Backend:
    """Who is judged."""
    return recorder.backend


@cache
def _problems() -> tuple[Problem, ...]:
    graphs = (case for case in every_graph() if case.shape != "layouts")
    return tuple(case.build() for case in (*every_case(), *graphs))


@pytest.fixture(scope="session")
def problems() -> Sequence[Problem]:
    """Every case, built once: graphs of one op, then those of several but for the many layouts."""
    return _problems()


@pytest.fixture(scope="session")
def taken(backend: Backend, problems: Sequence[Problem]) -> list[Problem]:
    """Some problems that the backend takes, of different ops."""
    found: dict[str, Problem] = {}
    for problem in problems:
        name = problem.graph.ops[0].name
        small = sum(t.elements for op in problem.graph.ops for t in op.outputs) <= MOST_ELEMENTS
        if name not in found and small and _takes(backend, problem.graph):
            found[name] = problem
    if not found:
        pytest.skip("it takes nothing")
    return list(found.values())[:MOST_PROBLEMS]


def _takes(backend: Backend, graph: Graph) -> bool:
    return all(backend.supports(op, graph) for op in graph.ops)


@pytest.fixture
def record(request: pytest.FixtureRequest, recorder: Recorder) -> Judged:
    """Remember a finding, then pass, skip or fail for it."""
    name = identity(request.node)

    def judged(finding: Finding) -> None:
        recorder.add(name, finding)
        if finding.reason is not None:
            pytest.skip(f"refused: {finding.reason}")
        if finding.fault is not None:
            pytest.fail(finding.fault, pytrace=False)

    return judged


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the recorder how a test of the suite ended."""
    result = yield
    if mine(item) and (result.when == "call" or not result.passed):
        outcome, detail = ending(result)
        item.config.stash[RECORDER].ended(identity(item), outcome, detail, result.duration)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was asked for."""
    recorder = session.config.stash.get(RECORDER, None)
    if recorder is None:
        return
    if file := session.config.getoption("--npu-json"):
        _write(file, recorder.report().json_text() + "\n")
    if file := session.config.getoption("--npu-html"):
        from npucore.conformance.page import page

        _write(file, page(recorder.report()))


def _write(path: Path, text: str) -> None:
    with replacing(path) as file:
        file.write(text.encode())

# SPDX-License-Identifier: MIT
"""Random shapes and numbers: what fails is shrunk to the smallest case that does."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from npucore.conformance.case import Case
from npucore.conformance.conftest import Judged
from npucore.conformance.error import merged
from npucore.conformance.judge import Column, Finding, judge
from npucore.conformance.random_cases import RANDOM
from npucore.conformance.recorder import Recorder
from npucore.contract.backend import Backend

EXAMPLES, QUICK_EXAMPLES = 60, 12


@pytest.mark.parametrize("op", RANDOM)
def test_case(backend: Backend, recorder: Recorder, record: Judged, op: str) -> None:
    findings: list[Finding] = []

    @settings(
        max_examples=QUICK_EXAMPLES if recorder.quick else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(case=RANDOM[op])
    def holds(case: Case) -> None:
        finding = judge(backend, case)
        findings.append(finding)
        assert finding.fault is None, f"{case.id}: {finding.fault}"

    try:
        holds()
    except AssertionError as error:
        record(Finding(op, op, "random", fault=str(error).splitlines()[0]))
    record(_summary(op, findings))


def _summary(op: str, findings: list[Finding]) -> Finding:
    taken = [finding for finding in findings if finding.reason is None]
    if not taken:
        (reason, _), *_ = Counter(f.reason for f in findings).most_common(1)
        return Finding(op, op, "random", reason=reason)
    columns = {
        column: merged(f.columns[column] for f in taken if column in f.columns) for column in Column
    }
    return Finding(op, op, "random", None, None, None, columns)

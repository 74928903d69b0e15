# SPDX-License-Identifier: MIT
"""Another driver's published failures, beside what happens here."""

from __future__ import annotations

import fnmatch

import pytest

from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.conformance.report import CaseReport, Outcome
from npucore.conformance.scoreboard import ALIKE, OWN, board, families
from npucore.reference import ReferenceBackend
from npucore_rocket import RocketBackend

FAMILIES = families(RocketBackend)
NAMES = [
    *(f"ops/{case.id}" for case in every_case()),
    *(f"graphs/{case.id}" for case in every_graph()),
]


def test_mesas_lists_are_whole() -> None:
    """99 expected failures and 2 crashes, as counted in the lists."""
    assert sum(len(family.fails) + family.networks_failed for family in FAMILIES) == 101
    assert sum(len(family.fails) for family in FAMILIES if family.name == "yolox") == 84


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_pattern_matches_a_case(family) -> None:  # type: ignore[no-untyped-def]
    assert family.cases
    for pattern in family.cases:
        assert fnmatch.filter(NAMES, pattern), pattern


def test_a_networks_own_ops_count_if_they_were_judged() -> None:
    cases = [
        CaseReport(id=f"models/mobilenet_v2_1.0_224_quant.tflite/{index:03}", outcome=outcome)
        for index, outcome in ((9, Outcome.PASSED), (16, Outcome.REFUSED), (10, Outcome.PASSED))
    ]
    row = next(row for row in board(RocketBackend, cases) if row.name == "mobilenetv2")
    assert (row.judged, row.cases, row.passed) == (OWN, 2, 1)


def test_else_cases_of_the_same_kind_count() -> None:
    cases = [CaseReport(id="ops/convolution-yolox-1", outcome=Outcome.PASSED)]
    row = next(row for row in board(RocketBackend, cases) if row.name == "yolox")
    assert (row.judged, row.cases, row.passed) == (ALIKE, 1, 1)


def test_a_backend_without_a_scoreboard_has_none() -> None:
    assert families(ReferenceBackend) == ()

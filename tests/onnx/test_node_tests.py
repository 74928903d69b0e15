# SPDX-License-Identifier: MIT
"""ONNX's own node tests, run by ONNX's own runner on the reference backend."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import onnx
import pytest

from tests.material.once import once
from tools import document_onnx
from tools.document_onnx import Judged

PAGE = Path(__file__).parents[2] / "docs" / "onnx-operators.md"
LEAST_PASSED = 1496
MOST_FOLDED = 32
pytestmark = pytest.mark.long
PINNED = "1.23.2"  # the version whose tests the page counts


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    return once(tmp_path_factory, "node-tests", document_onnx.judge)


pinned = pytest.mark.skipif(
    onnx.__version__ != PINNED,
    reason=f"judged by the tests of onnx {PINNED}: older ones are fewer, and some are mistaken",
)


@pinned
def test_none_is_claimed_and_failed(judged: list[Judged]) -> None:
    assert [f"{j.name}: {j.reason}" for j in judged if j.status == "failed"] == []


@pinned
def test_most_of_what_can_be_claimed_is(judged: list[Judged]) -> None:
    counts = Counter(j.status for j in judged)
    assert counts["passed"] >= LEAST_PASSED
    assert sum(j.status == "passed" and j.ops == 0 for j in judged) <= MOST_FOLDED


def test_every_skip_has_a_reason_of_a_known_kind(judged: list[Judged]) -> None:
    skipped = [j for j in judged if j.status == "skipped"]
    others = [j for j in skipped if document_onnx.kind_of(j.reason)[0] == "other"]
    assert [f"{j.name}: {j.reason}" for j in others] == []


@pinned
def test_the_page_is_fresh(judged: list[Judged]) -> None:
    assert PAGE.read_text() == document_onnx.document(judged)

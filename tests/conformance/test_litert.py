# SPDX-License-Identifier: MIT
"""The digests by which the judge is judged are those of LiteRT."""

from __future__ import annotations

import pytest

from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.conformance.judged import digested, digests
from npucore.conformance.litert import oracle

pytest.importorskip("ai_edge_litert", reason="the oracle, LiteRT, is not installed")

from tools import digests as tool  # it needs LiteRT


@pytest.mark.long
def test_the_digests_are_litert_s() -> None:
    wanted = {op: (count, crc) for op, (count, crc) in digests().items()}
    found = digested((*every_case(), *every_graph()), tool.litert)
    assert found == wanted, "run: python -m tools.digests > npucore/conformance/digests.json"


def test_nearly_every_case_is_covered() -> None:
    covered = sum(count for count, _ in digests().values())
    floats = sum("float" in case.id for case in every_case())
    assert covered + floats > 0.98 * len(every_case())


def test_the_default_kernels_answer_too() -> None:
    case = next(case for case in every_case() if case.op == "convolution")
    problem = case.build()
    answer = oracle.answer(problem.graph, problem.inputs, oracle.Kernels.DEFAULT)
    assert answer is not None
    assert answer[0].shape == problem.graph.outputs[0].shape

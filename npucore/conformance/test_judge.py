# SPDX-License-Identifier: MIT
"""The judge answers as LiteRT's reference kernels do, on this machine and with this numpy."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.conformance.judge import reference
from npucore.conformance.judged import digested, digests, litert_has_a_form
from npucore.quantize import Rounding
from npucore.tensor import Array

WANTED = digests()


@pytest.mark.parametrize("op", WANTED)
def test_answers_as_litert_does(op: str) -> None:
    cases = [case for case in (*every_case(), *every_graph()) if case.op == op]
    found = digested(filter(litert_has_a_form, cases), _ours)
    assert found.get(op) == WANTED[op]


def _ours(case: Case) -> Sequence[Array]:
    problem = case.build()
    return reference(problem.graph, problem.inputs, Rounding.TFLITE)

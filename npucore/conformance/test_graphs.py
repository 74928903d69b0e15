# SPDX-License-Identifier: MIT
"""Every graph of several ops, the reference taking what the backend refuses."""

from __future__ import annotations

import pytest

from npucore.conformance.case import Case
from npucore.conformance.conftest import Judged
from npucore.conformance.graphs import every_graph
from npucore.conformance.judge_graph import judge_graph
from npucore.contract.backend import Backend


@pytest.mark.parametrize("case", every_graph(), ids=lambda case: case.id)
def test_case(backend: Backend, record: Judged, case: Case) -> None:
    record(judge_graph(backend, case))

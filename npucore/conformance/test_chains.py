# SPDX-License-Identifier: MIT
"""Random chains of ops, the reference taking what the backend refuses."""

from __future__ import annotations

import pytest

from npucore.conformance.case import Case
from npucore.conformance.conftest import Judged
from npucore.conformance.graphs.chains import chain
from npucore.conformance.judge_chain import judge_chain
from npucore.contract.backend import Backend

COUNT = 60


@pytest.mark.parametrize("case", [*map(chain, range(COUNT))], ids=lambda case: case.id)
def test_case(backend: Backend, record: Judged, case: Case) -> None:
    whole, *others = judge_chain(backend, case)
    record(next((finding for finding in others if finding.fault), whole))

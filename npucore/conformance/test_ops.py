# SPDX-License-Identifier: MIT
"""Every case of a single op, against the reference."""

from __future__ import annotations

import pytest

from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.conftest import Judged
from npucore.conformance.judge import judge
from npucore.contract.backend import Backend


@pytest.mark.parametrize("case", every_case(), ids=lambda case: case.id)
def test_case(backend: Backend, record: Judged, case: Case) -> None:
    record(judge(backend, case))

# SPDX-License-Identifier: MIT
"""Random chains of ops, the reference taking what the backend refuses."""

from __future__ import annotations

import pytest

from npucore.backend import Backend
from npucore.conformance.conftest import Judged
from npucore.conformance.graphs.chains import chain
from npucore.conformance.judge_chain import judge_chain
from npucore.conformance.recorder import Recorder

COUNT, QUICK_COUNT = 60, 15


@pytest.mark.parametrize("number", range(COUNT))
def test_chain(backend: Backend, recorder: Recorder, record: Judged, number: int) -> None:
    if recorder.quick and number >= QUICK_COUNT:
        pytest.skip("not in the quick suite")
    whole, *others = judge_chain(backend, chain(number))
    record(next((finding for finding in others if finding.fault), whole))

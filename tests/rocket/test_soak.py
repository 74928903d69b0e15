# SPDX-License-Identifier: MIT
"""A short form of ``python -m benchmarks.soak``."""

from __future__ import annotations

import pytest

from benchmarks.soak import soak


@pytest.mark.long
def test_hundreds_of_inferences_with_faults_are_right_or_say_why() -> None:
    done = soak(300, share=0.3, cores=1, seed=1)
    assert done.wrong == 0
    assert done.right + sum(done.errors.values()) == 300
    assert done.right > 200
    assert done.faults > 30
    assert {held.threads for held in done.held} == {done.held[0].threads}
    assert all(held.mappings == 3 * held.files <= 3 for held in done.held)
    assert done.held[-1].kilobytes < done.held[1].kilobytes + 4096


@pytest.mark.long
def test_so_are_those_on_three_cores() -> None:
    done = soak(100, share=0.3, cores=3, seed=2)
    assert (done.wrong, done.right + sum(done.errors.values())) == (0, 100)

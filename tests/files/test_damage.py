# SPDX-License-Identifier: MIT
"""A short run of the fuzzers that have no tests of their own: what loads, runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.fuzz.run import fuzz
from tools.fuzz.seeds import write_seeds

KINDS = ("array.npy", "arrays.npz", "image.jpeg", "image.png", "rocket.npu", "v7.npu", "v8.npu")
COUNT = 60


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    pytest.importorskip("onnx", reason="some seeds are ONNX files")
    return {path.name: path for path in write_seeds(tmp_path_factory.mktemp("seeds"))}


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", KINDS)
def test_damage_is_refused_or_harmless(seeds: dict[str, Path], name: str) -> None:
    outcome = fuzz(seeds[name], range(COUNT))
    assert outcome.failures == []
    assert sum(outcome.counts.values()) == COUNT
    assert outcome.counts["invalid"] > 5

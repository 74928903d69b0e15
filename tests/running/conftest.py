# SPDX-License-Identifier: MIT
"""A model and a cache of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore.files.cache import Cache
from tests.material.contract.exporting import DIGITS


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "digits.tflite"
    path.write_bytes(DIGITS.read_bytes())
    return path

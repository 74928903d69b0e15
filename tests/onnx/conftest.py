# SPDX-License-Identifier: MIT
"""Random numbers for the tests of this folder."""

from __future__ import annotations

import zlib

import numpy as np
import pytest


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers that are the same for a test case every time."""
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))

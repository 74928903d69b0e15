# SPDX-License-Identifier: MIT
"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of models, photos and captures beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no folder ../shared with models and photos beside the checkout")
    return SHARED

# SPDX-License-Identifier: MIT
"""The part of a backend that is not about its hardware stays small."""

from __future__ import annotations

import pytest

from tools.frame_lines import FACTS, FRAME, PACKAGES, frame

MOST = 1100


@pytest.mark.parametrize("name", PACKAGES)
def test_a_family_is_mostly_facts(name: str) -> None:
    assert sum(count for _, count in frame(PACKAGES[name])) < MOST


@pytest.mark.parametrize("entry", [*FACTS, *FRAME])
def test_what_is_named_is_there(entry: str) -> None:
    assert any((package / entry).exists() for package in PACKAGES.values())

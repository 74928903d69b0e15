# SPDX-License-Identifier: MIT
"""The tool that compares artefacts tells equal words from others."""

from __future__ import annotations

from pathlib import Path

import npucore
from tools.same_words import differences, digest

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
OTHERWISE = {"trust": "paper", "groups": "part"}


def test_the_same_network_has_the_same_digest_and_other_words_another() -> None:
    first = digest(DIGITS, "rocket", {})
    assert len(first) == 64
    assert digest(DIGITS, "rocket", {}) == first
    assert digest(DIGITS, "rocket", OTHERWISE) != first


def test_what_changed_came_or_went_is_named() -> None:
    before, now = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "4", "d": "5"}
    assert [line.split(":")[0] for line in differences(before, now)] == ["b", "c", "d"]

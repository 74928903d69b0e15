# SPDX-License-Identifier: MIT
"""Differences of two maps -> the element-wise stage."""

from __future__ import annotations

from npucore.ops import Subtract
from npucore_rocket.chip import Chip
from npucore_rocket.lower.elementwise import combined, stages_of
from npucore_rocket.lower.pointwise import Pointwise


def lower(op: Subtract, chip: Chip) -> tuple[Pointwise, ...]:
    """One task."""
    return combined(op, stages_of(op), chip)

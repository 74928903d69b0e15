# SPDX-License-Identifier: MIT
"""Products of two maps -> the element-wise stage."""

from __future__ import annotations

from npucore.ops import Mul
from npucore_rocket.chip import Chip
from npucore_rocket.lower.elementwise import combined, stages_of
from npucore_rocket.lower.pointwise import Pointwise


def lower(op: Mul, chip: Chip) -> tuple[Pointwise, ...]:
    """One task."""
    return combined(op, stages_of(op), chip)

# SPDX-License-Identifier: MIT
"""Accumulators where a stored result changes: there the rules of rounding differ."""

from __future__ import annotations

import numpy as np

from npucore.tensor import Array

LARGEST = (1 << 31) - 2


def random_scales(rng: np.random.Generator) -> tuple[np.float32, np.float32, np.float32]:
    """Scales of input, weights and output; a multiplier of 2**-24 to 2**-8."""
    si, sw = (np.float32(scale) for scale in rng.uniform(0.001, 0.1, 2))
    return si, sw, np.float32(float(si) * float(sw) / 2.0 ** rng.uniform(-24, -8))


def at_steps(si: np.float32, sw: np.float32, so: np.float32) -> Array:
    """Accumulators around those that stand half-way between two stored integers, int32."""
    middles = (np.arange(-100, 100) + 0.5) / (float(si) * float(sw) / float(so))
    near = np.round(middles).astype(np.int64)[:, None] + np.arange(-20, 21)
    return np.unique(near[np.abs(near) < LARGEST]).astype(np.int32)

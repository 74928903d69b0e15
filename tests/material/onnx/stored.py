# SPDX-License-Identifier: MIT
"""Stored integers to test with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array

Rng = np.random.Generator
BYTES = pytest.mark.parametrize("dtype", [np.uint8, np.int8], ids=["uint8", "int8"])
STEPS = pytest.mark.parametrize("steps", [256, 255, 250, 100.5])  # in 1, of probabilities
EVERY = np.arange(256, dtype=np.uint8)


def draw(rng: Rng, dtype: Any, *shape: int) -> Array:
    return rng.integers(0, 256, shape, np.uint8).view(dtype)


def seven_bits(rng: Rng, *shape: int) -> Array:
    """Weights of which two products with a byte fit 16 bits.

    Processors without VNNI saturate larger sums there, and ONNX Runtime lets them.
    """
    return rng.integers(-64, 64, shape, np.int8)


def zero(dtype: Any, number: int) -> int:
    """A zero point, given as that of uint8."""
    return number if dtype == np.uint8 else number - 128

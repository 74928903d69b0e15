# SPDX-License-Identifier: MIT
"""The logistic function of real numbers."""

from __future__ import annotations

import numpy as np

from npucore_vsim.tables import Float64s


def sigmoid(x: Float64s) -> Float64s:
    """``1 / (1 + exp(-x))``, by way of a function that does not overflow."""
    value: Float64s = (1 + np.tanh(x / 2)) / 2
    return value

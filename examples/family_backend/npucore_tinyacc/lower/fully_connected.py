# SPDX-License-Identifier: MIT
"""Matrices of weights: convolutions of one pixel, of a map with a pixel in each row."""

from __future__ import annotations

from npucore.ops import FullyConnected
from npucore.quantize import Rounding
from npucore_tinyacc.lower.layer import Convolve, MapShape, Window
from npucore_tinyacc.lower.sums import weighted


def fully_connected(op: FullyConnected, rounding: Rounding) -> Convolve:
    """Every row of the operand is a pixel."""
    outputs, inputs = op.weights.shape
    rows = op.input.elements // inputs
    shapes = MapShape(1, rows, 1, inputs), MapShape(1, rows, 1, outputs)
    return weighted(op, shapes, Window(), rounding)

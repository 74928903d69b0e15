# SPDX-License-Identifier: MIT
"""FAKE_QUANT."""

from __future__ import annotations

import numpy as np
import tflite

from npucore.ops import Add, Floor, Maximum, Minimum, Mul, Op, Subtract
from npucore_tflite.node import Node, Operators


def fake_quant(node: Node) -> Op:
    """Floats through a range of integers and back. Source: TFLite fake_quant.cc."""
    options = node.options(tflite.FakeQuantOptions, "Min", "Max", "NumBits", "NarrowRange")
    bits, x = options["NumBits"], node.input(0)
    if not 2 <= bits <= 16 or options["Min"] >= options["Max"] or x.dtype != np.float32:
        node.invalid(f"{bits} bits from {options['Min']} to {options['Max']} of {x.dtype}")
    low, high, scale = _nudged(options["Min"], options["Max"], bool(options["NarrowRange"]), bits)
    above = node.emit(Maximum, "above", a=x, b=node.number(low, x))
    inside = node.emit(Minimum, "inside", a=above, b=node.number(high, x))
    shifted = node.emit(Subtract, "shifted", a=inside, b=node.number(low, x))
    units = node.emit(Mul, "units", a=shifted, b=node.number(1 / scale, x))
    half = node.emit(Add, "half", a=units, b=node.number(0.5, x))
    whole = node.emit(Floor, "whole", input=half)
    scaled = node.emit(Mul, "scaled", a=whole, b=node.number(scale, x))
    return node.make(Add, a=scaled, b=node.number(low, x))


def _nudged(low: float, high: float, narrow: bool, bits: int) -> tuple[float, float, float]:
    """A range in which 0 is a whole step: (least, largest, step)."""
    first, last = int(narrow), (1 << bits) - 1
    scale = np.float32((high - low) / (last - first))
    zero = np.float32(first) - np.float32(low) / scale
    nudged = min(max(int(np.floor(zero + 0.5)), first), last)
    return float((first - nudged) * scale), float((last - nudged) * scale), float(scale)


OPERATORS: Operators = {"FAKE_QUANT": fake_quant}

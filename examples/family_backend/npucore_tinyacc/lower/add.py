# SPDX-License-Identifier: MIT
"""Additions: each operand times its scale over the result's, and a constant for all zero points."""

from __future__ import annotations

import numpy as np

from npucore import ops
from npucore.quantize import activation_bounds
from npucore_tinyacc.lower.layer import Add


def add(op: ops.Add) -> Add:
    """All numbers in float32, as the NPU has them."""
    a, b, out = op.a.q, op.b.q, op.output.q
    first, second = np.float32(a.scale / out.scale), np.float32(b.scale / out.scale)
    zeros = np.float32(np.float64(second) * int(b.zero_point))
    zeros = np.float32(np.float64(first) * int(a.zero_point) + np.float64(zeros))
    constant = np.float32(int(out.zero_point) - np.float64(zeros))
    clamp = activation_bounds(op.activation, op.output)
    return Add(op.a, op.b, op.output, float(first), float(second), float(constant), clamp)

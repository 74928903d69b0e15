# SPDX-License-Identifier: MIT
"""The Gaussian error linear unit, as `npucore.ops.Gelu` defines it."""

from __future__ import annotations

import math

import numpy as np

from npucore.ops import Gelu
from npucore.quantize import Rounding
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.unary import prepare_unary, refuse_unary
from npucore.rewrite.error_function import erfc
from npucore.rewrite.functions import times
from npucore.tensor import Array

JUDGE = Judge.LITERT
CUBIC = 0.044715


def refuse(op: Gelu) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    return refuse_unary(op, op.input, op.output, wide=True)


def prepare(op: Gelu, rounding: Rounding) -> Kernel:
    """A table for bytes and int16, float64 for floats. TFLite's tables are made in float32.

    With erfcf and tanhf of glibc 2.36 all of 20,480,000 random entries are LiteRT's; with rightly
    rounded ones, as here, all but 5, which are one step off.
    """
    function = by_tanh if op.approximate else exact
    if op.input.dtype.kind != "f" and rounding is Rounding.TFLITE:
        return prepare_unary(op.input, op.output, function, rounding)
    return prepare_unary(op.input, op.output, lambda x: function(x.astype(np.float64)), rounding)


def exact(x: Array) -> Array:
    """Each step in the dtype of *x*. Source: TFLite reference GeluTransform."""
    inner = x * x.dtype.type(-math.sqrt(0.5))
    return times(x * x.dtype.type(0.5), erfc(inner.astype(np.float64)).astype(x.dtype))


def by_tanh(x: Array) -> Array:
    """Each step in the dtype of *x*. Source: TFLite reference GeluTransformApproximate."""
    kind = x.dtype.type
    inner = kind(math.sqrt(2 / math.pi)) * (x + kind(CUBIC) * x * x * x)
    share = kind(1) + np.tanh(inner.astype(np.float64)).astype(x.dtype)
    return times(x * kind(0.5), share)

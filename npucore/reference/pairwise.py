# SPDX-License-Identifier: MIT
"""Functions of two numbers, as `npucore.ops.Pairwise` defines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from npucore.ops import Activation, Pairwise, PairwiseFunction
from npucore.ops.pairwise import COMPARING
from npucore.quantize import Int64s, Rounding, multiplier
from npucore.reference.binary import prepare_stored, refuse_binary
from npucore.reference.comparison import refuse_comparison
from npucore.reference.fixed_point import rescale
from npucore.reference.kernel import Judge, Kernel, is_stored
from npucore.tensor import Array, Tensor

JUDGE = Judge.ONNX
LEFT_SHIFT = 7  # bits by which both operands are shifted up before they meet
Function = Callable[[Array, Array], Array]
INTEGERS_ONLY = frozenset(
    {
        PairwiseFunction.BITWISE_AND,
        PairwiseFunction.BITWISE_OR,
        PairwiseFunction.BITWISE_XOR,
        PairwiseFunction.SHIFT_LEFT,
        PairwiseFunction.SHIFT_RIGHT,
        PairwiseFunction.TRUNC_DIV,
    }
)


def _trunc_div(a: Array, b: Array) -> Array:
    quotient: Array = np.floor_divide(a, b)
    if a.dtype.kind == "i":
        quotient = quotient + ((quotient < 0) & (quotient * b != a)).astype(a.dtype)
    return quotient


def _squared_difference(a: Array, b: Array) -> Array:
    squared: Array = np.square(a - b)
    return squared


def _shift(function: Callable[[Array, Array], Array]) -> Function:
    """A shift by as many bits as there are, or more, leaves nothing."""

    def run(a: Array, b: Array) -> Array:
        width = 8 * a.dtype.itemsize
        empty = np.where((a < 0) & (function is np.right_shift), -1, 0)
        kept = function(a, np.clip(b, 0, width - 1).astype(a.dtype))
        return np.where((b >= width) | (b < 0), empty, kept).astype(a.dtype)

    return run


FUNCTIONS: Mapping[PairwiseFunction, Function] = {
    PairwiseFunction.ATAN2: np.arctan2,
    PairwiseFunction.BITWISE_AND: np.bitwise_and,
    PairwiseFunction.BITWISE_OR: np.bitwise_or,
    PairwiseFunction.BITWISE_XOR: np.bitwise_xor,
    PairwiseFunction.FLOOR_MOD: np.mod,
    PairwiseFunction.LESS_EQUAL: np.less_equal,
    PairwiseFunction.NOT_EQUAL: np.not_equal,
    PairwiseFunction.REMAINDER: np.fmod,
    PairwiseFunction.SHIFT_LEFT: _shift(np.left_shift),
    PairwiseFunction.SHIFT_RIGHT: _shift(np.right_shift),
    PairwiseFunction.SQUARED_DIFFERENCE: _squared_difference,
    PairwiseFunction.TRUNC_DIV: _trunc_div,
}


def refuse(op: Pairwise) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if op.function in COMPARING:
        return refuse_comparison(op, op.a, op.b, op.output)
    if op.function in INTEGERS_ONLY:
        kinds = "iu" if op.function not in _LOGIC else "iub"
        if op.a.dtype == op.b.dtype == op.output.dtype and op.a.dtype.kind in kinds:
            return None
        return f"{op.function} of {op.a.dtype} and {op.b.dtype}"
    if is_stored(op.a) and op.function is not PairwiseFunction.SQUARED_DIFFERENCE:
        return f"{op.function} of stored {op.a.dtype}"
    return refuse_binary(op, op.a, op.b, op.output)


_LOGIC = (PairwiseFunction.BITWISE_AND, PairwiseFunction.BITWISE_OR, PairwiseFunction.BITWISE_XOR)


def prepare(op: Pairwise, rounding: Rounding) -> Kernel:
    """Numpy; squared differences of bytes in fixed point."""
    if op.function is PairwiseFunction.SQUARED_DIFFERENCE and is_stored(op.a):
        return _stored_squares(op.a, op.b, op.output, rounding)
    function = FUNCTIONS[op.function]

    def run(a: Array, b: Array) -> Array:
        return function(a, b).astype(op.output.dtype, copy=False)

    return run


def _stored_squares(a: Tensor, b: Tensor, output: Tensor, rounding: Rounding) -> Kernel:
    """Source: TFLite squared_difference.cc, SquaredDifference of int8."""
    largest = 2.0 * max(float(a.q.scale), float(b.q.scale))
    first, second = (float(t.q.scale) / largest for t in (a, b))
    whole = largest * largest / (float(1 << (2 * LEFT_SHIFT)) * float(output.q.scale))
    zero = int(output.q.zero_point)

    def fixed(x: Int64s, y: Int64s) -> Array:
        left = rescale((x - int(a.q.zero_point)) << LEFT_SHIFT, *multiplier(first))
        right = rescale((y - int(b.q.zero_point)) << LEFT_SHIFT, *multiplier(second))
        return rescale((left - right) ** 2, *multiplier(whole)) + zero

    def nearest(x: Int64s, y: Int64s) -> Array:
        difference = (x - int(a.q.zero_point)) * float(a.q.scale)
        difference = difference - (y - int(b.q.zero_point)) * float(b.q.scale)
        units: Array = np.rint(difference**2 / float(output.q.scale)).astype(np.int64) + zero
        return units

    stored = fixed if rounding is Rounding.TFLITE else nearest
    return prepare_stored(stored, output, Activation.NONE)

# SPDX-License-Identifier: MIT
"""Ops of constants alone, computed while the file is read: what shapes are made of.

Plain numbers only: stored integers stay with the backends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from npucore.ops import Activation, Op, PairwiseFunction, PointwiseFunction, Reduction
from npucore.tensor import Array, Tensor

MOST_ELEMENTS = 1 << 22  # of a result; what is larger is left to the run

PAIRWISE: Mapping[PairwiseFunction, Callable[[Array, Array], Any]] = {
    PairwiseFunction.FLOOR_MOD: np.mod,
    PairwiseFunction.LESS_EQUAL: np.less_equal,
    PairwiseFunction.NOT_EQUAL: np.not_equal,
    PairwiseFunction.BITWISE_AND: np.bitwise_and,
    PairwiseFunction.BITWISE_OR: np.bitwise_or,
    PairwiseFunction.TRUNC_DIV: lambda a, b: np.trunc(a / b),
}
REDUCTIONS: Mapping[Reduction, Callable[..., Any]] = {
    Reduction.ALL: np.all,
    Reduction.ANY: np.any,
    Reduction.MIN: np.min,
    Reduction.PRODUCT: np.prod,
}


def evaluate(op: Op) -> tuple[Tensor, ...] | None:
    """The results of *op* as constants, or None if it has to be run."""
    if not is_constant(op):
        return None
    function = FUNCTIONS[op.name]
    clamped = getattr(op, "activation", Activation.NONE) is not Activation.NONE
    if clamped and op.name != "relu":
        return None
    if sum(t.elements for t in op.outputs) > MOST_ELEMENTS:
        return None
    with np.errstate(all="ignore"):
        results = function(op, *(t.data for t in op.inputs))
    if results is None:
        return None
    arrays = results if isinstance(results, tuple) else (results,)
    return tuple(_constant(t, array) for t, array in zip(op.outputs, arrays, strict=True))


def is_constant(op: Op) -> bool:
    """Whether `evaluate` may know the results: an op of plain constants."""
    if op.name not in FUNCTIONS or not op.inputs:
        return False
    plain = all(t.quantization is None for t in (*op.inputs, *op.outputs))
    return plain and all(t.data is not None for t in op.inputs)


def _constant(tensor: Tensor, array: Array) -> Tensor:
    data = np.array(np.asarray(array).reshape(tensor.shape), tensor.dtype, order="C")
    return Tensor(tensor.name, data.shape, data.dtype, None, data)


def _slice(op: Any, x: Array) -> Array:
    for axis, (first, size, step) in enumerate(zip(op.begin, op.sizes, op.strides, strict=True)):
        x = np.take(x, first + step * np.arange(size), axis=axis)
    return x


def _gather(op: Any, x: Array, indices: Array) -> Array | None:
    size = x.shape[op.axis]
    if ((indices < -size) | (indices >= size)).any():
        return None
    return np.asarray(np.take(x, indices, axis=op.axis))


def _split(op: Any, x: Array) -> tuple[Array, ...]:
    return tuple(np.split(x, np.cumsum(op.sizes)[:-1], axis=op.axis))


def _unpack(op: Any, x: Array) -> tuple[Array, ...]:
    return tuple(np.moveaxis(x, op.axis, 0))


def _pairwise(op: Any, a: Array, b: Array) -> Array | None:
    function = PAIRWISE.get(op.function)
    if function is None or (op.function in _DIVIDING and not np.asarray(b).all()):
        return None
    return np.asarray(function(a, b))


_DIVIDING = (PairwiseFunction.FLOOR_MOD, PairwiseFunction.TRUNC_DIV)


def _floor_div(op: Any, a: Array, b: Array) -> Array | None:
    return None if not np.asarray(b).all() else np.asarray(np.floor_divide(a, b))


def _pointwise(op: Any, x: Array) -> Array | None:
    return np.negative(x) if op.function is PointwiseFunction.NEGATIVE else None


def _reduce(op: Any, x: Array) -> Array | None:
    function = REDUCTIONS.get(op.function)
    if function is None or x.size == 0:
        return None
    return np.asarray(function(x, axis=op.axes))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "absolute": lambda op, x: np.abs(x),
    "add": lambda op, a, b: a + b,
    "broadcast": lambda op, x: np.broadcast_to(x, op.output.shape),
    "cast": lambda op, x: x if x.dtype.kind != "f" or op.output.dtype.kind == "f" else None,
    "concatenation": lambda op, *arrays: np.concatenate(arrays, op.axis),
    "equal": lambda op, a, b: a == b,
    "floor_div": _floor_div,
    "gather": _gather,
    "less": lambda op, a, b: a < b,
    "maximum": lambda op, a, b: np.maximum(a, b),
    "minimum": lambda op, a, b: np.minimum(a, b),
    "mul": lambda op, a, b: a * b,
    "pack": lambda op, *arrays: np.stack(arrays, op.axis),
    "pairwise": _pairwise,
    "pointwise": _pointwise,
    "reduce": _reduce,
    "reduce_max": lambda op, x: None if x.size == 0 else x.max(axis=op.axes),
    "reduce_sum": lambda op, x: x.sum(axis=op.axes, dtype=x.dtype),
    "reshape": lambda op, x: x,
    "select": lambda op, condition, a, b: np.where(condition, a, b),
    "split": _split,
    "strided_slice": _slice,
    "subtract": lambda op, a, b: a - b,
    "transpose": lambda op, x: x.transpose(op.permutation),
    "unpack": _unpack,
}
"""By an op's name: its results from its operands' arrays, or None for what is left to the run."""

# SPDX-License-Identifier: MIT
"""Parts that kernels over a sequence share: functions of gates, and steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from npucore.ops import Gru, Lstm, Rnn
from npucore.ops.recurrence import RecurrentFunction
from npucore.reference.hybrid import quantized_rows
from npucore.reference.kernel import FLOATS, dtypes_refusal
from npucore.reference.logistic import logistic
from npucore.rewrite.functions import softplus
from npucore.tensor import Array, Tensor

Recurrent = Gru | Lstm | Rnn
Gate = Callable[[Array], Array]

FUNCTIONS: dict[RecurrentFunction, Callable[[Array, Any, Any], Array]] = {
    RecurrentFunction.AFFINE: lambda x, a, b: a * x + b,
    RecurrentFunction.ELU: lambda x, a, b: np.where(x >= 0, x, a * np.expm1(np.minimum(x, 0))),
    RecurrentFunction.HARD_SIGMOID: lambda x, a, b: np.clip(a * x + b, 0, 1),
    RecurrentFunction.LEAKY_RELU: lambda x, a, b: np.where(x >= 0, x, a * x),
    RecurrentFunction.RELU: lambda x, a, b: np.maximum(x, 0),
    RecurrentFunction.RELU6: lambda x, a, b: np.clip(x, 0, 6),
    RecurrentFunction.SCALED_TANH: lambda x, a, b: a * np.tanh(b * x),
    RecurrentFunction.SIGMOID: lambda x, a, b: logistic(x),
    RecurrentFunction.SOFTPLUS: lambda x, a, b: softplus(x),
    RecurrentFunction.SOFTSIGN: lambda x, a, b: x / (1 + np.abs(x)),
    RecurrentFunction.TANH: lambda x, a, b: np.tanh(x),
    RecurrentFunction.THRESHOLDED_RELU: lambda x, a, b: np.where(x >= a, x, 0),
}


def refuse_recurrent(op: Recurrent) -> str | None:
    """Floats of one dtype, and integer lengths."""
    if op.lengths is not None and op.lengths.dtype.kind not in "iu":
        return f"lengths of {op.lengths.dtype}"
    if op.weights.dtype == np.int8:
        return _hybrid_refusal(op)
    plain = tuple(tensor for tensor in op.inputs if tensor is not op.lengths)
    return dtypes_refusal(op, *FLOATS, tensors=(*plain, *op.outputs))


def _hybrid_refusal(op: Recurrent) -> str | None:
    """Int8 weights, each row with a scale of its own, and floats everywhere else."""
    matrices = _matrices(op)
    for matrix in matrices:
        if matrix.dtype != np.int8 or matrix.quantization is None or not matrix.is_constant:
            return f"{matrix.name} is {matrix.dtype} beside int8 weights"
    rest = tuple(t for t in op.inputs if t is not op.lengths and t not in matrices)
    return dtypes_refusal(op, np.float32, tensors=(*rest, *op.outputs))


def _matrices(op: Recurrent) -> tuple[Tensor, ...]:
    projection = op.projection if isinstance(op, Lstm) else None
    return (op.weights, op.recurrent, *(() if projection is None else (projection,)))


def product(op: Recurrent, tensor: Tensor | None) -> Callable[[Array, Array], Array]:
    """``x @ weights.T`` for the rows of *x*; int8 weights meet quantized rows."""
    if tensor is None or tensor.dtype != np.int8:
        return lambda x, weights: x @ weights.T
    scales = np.full(tensor.shape[0], tensor.q.scale, np.float32)

    def hybrid(x: Array, weights: Array) -> Array:
        stored, scale, offset = quantized_rows(x, asymmetric=op.asymmetric_inputs)
        sums = (stored - offset).astype(np.float64) @ weights.T.astype(np.float64)
        real: Array = sums.astype(np.float32) * (scale * scales)
        return real

    return hybrid


def gates(op: Recurrent) -> list[Gate]:
    """The functions of *op*, with their numbers."""
    dtype = op.input.dtype
    return [
        _gate(FUNCTIONS[function], op.numbers[2 * place], op.numbers[2 * place + 1], dtype)
        for place, function in enumerate(op.functions)
    ]


def _gate(
    function: Callable[[Array, Any, Any], Array],
    a: float,
    b: float,
    dtype: np.dtype[Any],
) -> Gate:
    first, second = dtype.type(a), dtype.type(b)
    return lambda x: function(x, first, second)


def clipped(x: Array, limit: float) -> Array:
    """*x* between ``-limit`` and ``limit``; a limit of 0 is none."""
    return x if limit <= 0 else np.clip(x, -limit, limit)


def operands(op: Recurrent, arrays: tuple[Array, ...]) -> Callable[[Tensor | None], Array | None]:
    """A look-up of an operand's array; None for one that is left out."""
    given = dict(zip(op.inputs, arrays, strict=True))
    return lambda tensor: None if tensor is None else given[tensor]


def needed(op: Recurrent, of: Callable[[Tensor | None], Array | None], tensor: Tensor) -> Array:
    """An operand that is always there."""
    array = of(tensor)
    return op.invalid(f"{tensor.name} is missing") if array is None else array


def state(given: Array | None, op: Recurrent, size: int) -> Array:
    """The first state, zeros if none is given; a copy."""
    if given is None:
        return np.zeros((op.input.shape[1], size), op.input.dtype)
    return np.array(given)


def steps(op: Recurrent, lengths: Array | None) -> Iterator[tuple[int, Array]]:
    """(step, which entries of the batch it belongs to) in the order of computation; (B, 1) bool."""
    count, batch = op.input.shape[:2]
    ends = np.full((batch, 1), count) if lengths is None else lengths.reshape(batch, 1)
    order = range(count - 1, -1, -1) if op.backwards else range(count)
    return ((step, step < ends) for step in order)

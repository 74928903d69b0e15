# SPDX-License-Identifier: MIT
"""Parts that ops over a sequence share: functions of gates, directions, shapes."""

from __future__ import annotations

import enum

from npucore.ops.base import Op
from npucore.tensor import Shape, Tensor


class RecurrentFunction(enum.StrEnum):
    """A gate's function of its sum ``x``; ``a`` and ``b`` are the function's two numbers.

    Source: ONNX operator schema LSTM.
    """

    AFFINE = "affine"  # a * x + b
    ELU = "elu"  # x if x >= 0 else a * (exp(x) - 1)
    HARD_SIGMOID = "hard_sigmoid"  # clamp(a * x + b, 0, 1)
    LEAKY_RELU = "leaky_relu"  # x if x >= 0 else a * x
    RELU = "relu"
    RELU6 = "relu6"
    SCALED_TANH = "scaled_tanh"  # a * tanh(b * x)
    SIGMOID = "sigmoid"
    SOFTPLUS = "softplus"
    SOFTSIGN = "softsign"
    TANH = "tanh"
    THRESHOLDED_RELU = "thresholded_relu"  # x if x >= a else 0


def recurrent_shapes(
    op: Op,
    source: Tensor,
    matrices: tuple[Tensor, Tensor],
    states: tuple[Tensor | None, ...],
    gates: int,
    state_size: int,
) -> tuple[int, int, int]:
    """(steps, batch, cells) of an op with *gates* gates; raises if its operands do not fit.

    *matrices* are the weights (gates * H, I) and the recurrent weights (gates * H, *state_size*);
    the first of *states* is (B, *state_size*), the others (B, H).
    """
    steps, batch, features = op.rank(source, 3)
    weights, recurrent = (op.rank(matrix, 2) for matrix in matrices)
    cells = weights[0] // gates
    op.require(weights == (gates * cells, features), f"weights of {weights} for {features}")
    op.require(recurrent == (gates * cells, state_size), f"recurrent weights of {recurrent}")
    for number, state in enumerate(states):
        wanted: Shape = (batch, state_size if number == 0 else cells)
        op.require(state is None or state.shape == wanted, f"a state that is not {wanted}")
    return steps, batch, cells


def fits(op: Op, tensor: Tensor | None, shape: Shape) -> None:
    """Raise `InvalidModelError` unless an operand that may be absent has *shape*."""
    if tensor is not None:
        op.require(tensor.shape == shape, f"{tensor.name} has {tensor.shape}, wanted {shape}")

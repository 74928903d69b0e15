# SPDX-License-Identifier: MIT
"""What convolutions, transposed convolutions and fully connected layers share.

Products and partial sums of small integers are float32 numbers as long as none can pass 2**24, in
whatever order a BLAS adds them. The bound ``max|x| * sum|w - zw|`` per output channel is known
when the model is compiled; where it fails, float64 (exact to 2**53) is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from npucore.ops import Activation, Convolution, FullyConnected, TransposeConvolution
from npucore.quantize import (
    REAL_BOUNDS,
    Float64s,
    Rounding,
    accumulator_scales,
    activation_bounds,
    stored_range,
)
from npucore.reference.hybrid import is_hybrid
from npucore.reference.kernel import BYTES
from npucore.reference.requantize import FLOAT32_EXACT, Floats, Requantizer, Target
from npucore.tensor import Array, Tensor

WeightedOp = Convolution | TransposeConvolution | FullyConnected


class Finish(Protocol):
    """From blocks of accumulators without bias to results, see `Requantizer`."""

    rows_multiple: int

    def block_rows(self, rows: int) -> int:
        """The least number of rows of a block that holds *rows*."""
        ...

    def __call__(self, block: Floats, out: Array) -> None:
        """(rows, O) accumulators -> the first ``len(out)`` rows of results."""
        ...


class FloatFinish:
    """Bias and clamp of a float network."""

    rows_multiple = 1

    def __init__(self, bias: Array, activation: Activation) -> None:
        self.bias = bias
        self.low, self.high = REAL_BOUNDS[activation]

    def block_rows(self, rows: int) -> int:
        """As many."""
        return rows

    def __call__(self, block: Floats, out: Array) -> None:
        """(rows, O) sums -> results, float32."""
        np.add(block[: len(out)], self.bias, out=out)
        if self.low is not None:  # twice as fast as np.clip for small maps
            np.maximum(out, self.low, out=out)
        if self.high is not None:
            np.minimum(out, self.high, out=out)


class SumFinish:
    """Accumulators as they are: bias, and int32, which wraps."""

    rows_multiple = 1

    def __init__(self, bias: Array) -> None:
        self.bias = bias

    def block_rows(self, rows: int) -> int:
        """As many."""
        return rows

    def __call__(self, block: Floats, out: Array) -> None:
        """(rows, O) sums -> int32."""
        out[:] = (block[: len(out)] + self.bias).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Weights ready to be multiplied, and what is to be done with the sums.

    *weights* have the op's shape, without their zero point, in float32 or float64. *fill* is the
    stored number that stands for real 0 in the input.
    """

    weights: Floats
    fill: int
    finish: Finish


def refuse_weights(op: WeightedOp) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    tensors: tuple[Tensor, ...] = (op.input, op.weights, op.output)
    dtypes = [tensor.dtype for tensor in tensors]
    computed = not op.weights.is_constant
    if op.bias is not None and not op.bias.is_constant:
        return "a bias that is computed, not constant"
    if computed and (not isinstance(op, FullyConnected) or _is_hybrid(op)):
        return "weights that are computed, not constant"
    if all(dtype == np.float32 for dtype in dtypes) or _is_hybrid(op):
        return None if op.bias is None or op.bias.dtype == np.float32 else "a bias of integers"
    if reason := _wide_refusal(op):
        return reason
    sums = op.output.dtype == np.int32 and op.output.quantization is None
    same = dtypes[0] == dtypes[2] or sums
    if dtypes[0] not in (*BYTES, np.int16) or dtypes[1] not in BYTES or not same:
        return f"{dtypes[0]} input, {dtypes[1]} weights, {dtypes[2]} output"
    if any(tensor.quantization is None for tensor in tensors[: 2 if sums else 3]):
        return "integers without a quantization"
    if any(tensor.q.axis is not None for tensor in (op.input, *([] if sums else [op.output]))):
        return "activations quantized per channel"
    if sums and op.activation is not Activation.NONE:
        return f"accumulators clamped by {op.activation}"
    if computed and dtypes[0] == np.int16:
        return "weights of int16 that are computed, not constant"
    if op.weights.q.axis not in (None, 0):
        return f"weights quantized along axis {op.weights.q.axis}"
    if op.bias is not None and op.bias.dtype != np.int32 and dtypes[0] != np.int16:
        return f"a bias of {op.bias.dtype}"
    return None


def _is_hybrid(op: WeightedOp) -> bool:
    return not isinstance(op, TransposeConvolution) and is_hybrid(op)


def _wide_refusal(op: WeightedOp) -> str | None:
    """Int16 activations are symmetric, their bias is int64."""
    if op.input.dtype != np.int16:
        return None
    if op.weights.dtype != np.int8 or op.weights.quantization is None:
        return f"{op.weights.dtype} weights for int16"
    for tensor in (op.input, op.output):
        if tensor.quantization is None or tensor.q.zero_point.any():
            return f"{tensor.name} of int16 has no scale of its own, or a zero point"
    if op.bias is not None and op.bias.dtype != np.int64:
        return f"a bias of {op.bias.dtype} under int16, wanted int64 as TFLite's kernels read it"
    return None


def prepare_weights(
    op: WeightedOp, rounding: Rounding, *, once: bool = False, centred: bool = False
) -> Prepared:
    """Fold zero points into the bias and choose the number format that keeps sums exact.

    *once* is `Target.once`. With *centred* the kernel subtracts the input's zero point itself.
    """
    data = op.weights.data
    if data is None:
        op.invalid("its weights are not constant")
    bias = np.zeros(len(data)) if op.bias is None else np.asarray(op.bias.data, np.float64)
    if data.dtype == np.float32:
        finish = FloatFinish(bias.astype(np.float32), op.activation)
        return Prepared(np.asarray(data, np.float32), 0, finish)
    fill = int(op.input.q.zero_point)
    weights = data.astype(np.float32)
    if op.weights.q.zero_point.any():
        weights -= op.weights.q.zero_point.reshape(-1, *[1] * (data.ndim - 1)).astype(np.float32)
    low, high = stored_range(op.input.dtype)
    if centred:
        low, high = low - fill, high - fill
    else:
        bias = bias - fill * weights.reshape(len(data), -1).sum(axis=1, dtype=np.float64)
    bound = _bound(weights.reshape(len(data), -1), max(-low, high), np.abs(bias))
    wide = weights if bound <= FLOAT32_EXACT else weights.astype(np.float64)
    if op.output.dtype == np.int32:
        return Prepared(wide, fill, SumFinish(bias))
    return Prepared(wide, fill, Requantizer(_target(op, rounding, bias, bound, once)))


def _target(op: WeightedOp, rounding: Rounding, bias: Float64s, bound: float, once: bool) -> Target:
    low, high = activation_bounds(op.activation, op.output)
    scales = accumulator_scales(op, rounding)
    return Target(
        scales=scales[:1] if op.weights.q.axis is None else scales,
        bias=bias,
        bound=bound,
        zero_point=int(op.output.q.zero_point),
        low=low,
        high=high,
        dtype=op.output.dtype,
        rounding=rounding,
        once=once,
        reduced=op.output.dtype == np.int16,
    )


def _bound(matrix: Floats, largest: int, bias: Array) -> float:
    """The largest magnitude of any sum over a row of (O, K), inputs up to *largest*, plus bias.

    ``sum|w|`` is at most ``sqrt(K * sum(w * w))``, which takes one pass without a temporary; only
    where that is not good enough is it computed.
    """
    squares = np.einsum("ok,ok->o", matrix, matrix).astype(np.float64)
    rough = float((largest * np.sqrt(matrix.shape[1] * squares) * 1.001 + bias).max(initial=0))
    if rough <= FLOAT32_EXACT:
        return rough
    return float((largest * np.abs(matrix).sum(axis=1, dtype=np.float64) + bias).max(initial=0))

# SPDX-License-Identifier: MIT
"""Vectors of length 1, as `npucore.ops.L2Normalize` defines them."""

from __future__ import annotations

import numpy as np

from npucore.ops import L2Normalize
from npucore.quantize import Rounding
from npucore.reference.fixed_point import high_mul, rescale, rounding_shift
from npucore.reference.kernel import Judge, Kernel
from npucore.reference.table import saturate
from npucore.reference.unary import refuse_unary
from npucore.tensor import Array

JUDGE = Judge.ONNX


def refuse(op: L2Normalize) -> str | None:
    """Why the CPU cannot compute *op*, or None."""
    if not op.input.shape:
        return "a vector without an axis"
    return refuse_unary(op, op.input, op.output)


def prepare(op: L2Normalize, rounding: Rounding) -> Kernel:
    """Sums in float64. Source: TFLite reference L2Normalization."""
    if op.input.dtype.kind == "f":

        def run(x: Array) -> Array:
            length = np.sqrt(np.square(x, dtype=np.float64).sum(-1, keepdims=True))
            return np.asarray(x / np.maximum(length, op.epsilon)).astype(x.dtype)

        return run
    zero, qo = int(op.input.q.zero_point), op.output.q
    if rounding is Rounding.TFLITE:
        return _fixed(op, zero)

    def run_stored(x: Array) -> Array:
        centred = x.astype(np.int64) - zero
        length = np.sqrt(np.square(centred).sum(-1, keepdims=True).astype(np.float64))
        real = np.divide(centred, length, out=np.zeros(x.shape), where=length > 0)
        stored = np.rint(real / float(qo.scale)).astype(np.int64)
        return saturate(stored + int(qo.zero_point), op.output.dtype)

    return run_stored


def _fixed(op: L2Normalize, zero: int) -> Kernel:
    """In units of 1/128, whatever the file declares. Source: TFLite reference L2Normalization."""
    middle = 128 if op.output.dtype == np.uint8 else 0

    def run(x: Array) -> Array:
        rows = x.reshape(-1, x.shape[-1]).astype(np.int64) - zero
        pairs = [_inverse_root(int(total)) for total in np.square(rows).sum(-1)]
        m, shift = (np.array(part, np.int64)[:, None] for part in zip(*pairs, strict=True))
        if op.output.dtype == np.uint8:
            scaled = rounding_shift(high_mul(rows * 128, m), shift)
        else:
            scaled = rescale(rows, m, 7 - shift)
        return saturate(scaled + middle, op.output.dtype).reshape(x.shape)

    return run


def _inverse_root(number: int) -> tuple[int, int]:
    """(m, shift): ``1 / sqrt(number) ~ m * 2**(-31 - shift)``, by five steps of Newton's method.

    Source: TFLite GetInvSqrtQuantizedMultiplierExp.
    """
    if number <= 1:
        return (1 << 31) - 1, 0
    shift = 11
    while number >= 1 << 29:
        number, shift = number // 4, shift + 1
    pairs = (32 - number.bit_length() - 1) // 2 - 1
    number, shift = number << (2 * pairs), shift - pairs
    half, x = rounding_shift(np.array(number >> 1), 1), np.array(1 << 28)
    three_halves = np.array((1 << 28) + (1 << 27))
    for _ in range(5):
        cube = high_mul(high_mul(x, x), x) << 6
        x = (high_mul(three_halves, x) - high_mul(half, cube)) << 3
    m = int(high_mul(x, 1518500250))  # sqrt(2) / 2
    return (m << -shift, 0) if shift < 0 else (m, shift)

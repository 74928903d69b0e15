# SPDX-License-Identifier: MIT
"""Weights with a scale per channel -> weights with one scale: lossy, for who asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from npucore.ops import Convolution, FullyConnected, Op
from npucore.quantize import Float64s
from npucore.tensor import Array, Quantization


@dataclass(frozen=True, slots=True, eq=False)
class OneScale:
    """An op with one scale for all its weights, and what that cost.

    *error* is that of the channel that lost most: the largest change of one of its weights, as a
    share of its largest weight.
    """

    op: Op
    error: float

    @property
    def note(self) -> str:
        """For reports."""
        return f"weights requantized to one scale, off by up to {self.error:.1%} in a channel"


def one_scale(op: Op) -> OneScale | None:
    """*op* with all channels at the coarsest one's scale; None if there is nothing to change.

    Weights become ``round(weight * scale / coarsest)`` and biases likewise, halves to even. A
    channel whose scale is a hundredth of the coarsest one keeps a hundredth of its steps.
    """
    if not isinstance(op, Convolution | FullyConnected):
        return None
    weights, bias = op.weights, op.bias
    q = weights.quantization
    if q is None or q.axis != 0 or q.zero_point.any() or weights.data is None:
        return None
    scales = q.scale.astype(np.float64)
    coarsest = scales.max()
    share: Float64s = scales / coarsest
    each = share.reshape(-1, *[1] * (weights.data.ndim - 1))
    wanted = weights.data * each
    rounded = np.rint(wanted)
    data = rounded.astype(weights.dtype)
    one = Quantization.per_tensor(float(coarsest), 0)
    changes: dict[str, Any] = {"weights": replace(weights, quantization=one, data=data)}
    if bias is not None and bias.data is not None:
        scaled = np.rint(bias.data * share).astype(bias.dtype)
        changes["bias"] = replace(bias, quantization=None, data=scaled)
    return OneScale(replace(op, **changes), _error(rounded - wanted, wanted))


def _error(change: Float64s, wanted: Float64s) -> float:
    largest = _largest(wanted)
    return float(np.divide(_largest(change), largest, where=largest > 0, out=0 * largest).max())


def _largest(array: Array) -> Float64s:
    """(O,) of absolute values."""
    largest: Float64s = np.abs(array).reshape(len(array), -1).max(axis=1)
    return largest

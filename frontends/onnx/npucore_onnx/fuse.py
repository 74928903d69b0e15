# SPDX-License-Identifier: MIT
"""Float ops that the op before them can do as well: factors, offsets and clamps.

A convolution takes in the multiplication and the addition of one constant for each output channel
(a BatchNormalization), and any op that has an `activation` the rectifier behind it.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from npucore.ops import (
    Activation,
    Add,
    Convolution,
    Div,
    FullyConnected,
    Mul,
    Op,
    Relu,
    Subtract,
    TransposeConvolution,
)
from npucore.tensor import Array, Tensor

Weighted = Convolution | FullyConnected | TransposeConvolution
CLAMPING = (Add, Convolution, Div, FullyConnected, Mul, Subtract, TransposeConvolution)


def fused(
    ops: Sequence[Op], inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]
) -> tuple[tuple[Op, ...], tuple[Tensor, ...], tuple[Tensor, ...]]:
    """(ops, inputs, outputs) of the graph, without what nobody needs."""
    ops = _needed(ops, outputs)
    readers = Counter(tensor for op in ops for tensor in op.inputs)
    readers.update(outputs)
    done: list[Op] = []
    places: dict[Tensor, int] = {}
    for op in ops:
        place = _place(op, places, readers)
        joined = None if place is None else _joined(done[place], op)
        if place is None or joined is None:
            place = len(done)
            done.append(op)
        else:
            done[place] = joined
        places.update((tensor, place) for tensor in op.outputs)
    return _needed(done, outputs), inputs, outputs


def _needed(ops: Sequence[Op], outputs: tuple[Tensor, ...]) -> tuple[Op, ...]:
    """The ops that the outputs depend on."""
    wanted, kept = set(outputs), []
    for op in reversed(ops):
        if any(tensor in wanted for tensor in op.outputs):
            wanted.update(op.inputs)
            kept.append(op)
    return tuple(reversed(kept))


def _place(op: Op, places: dict[Tensor, int], readers: Counter[Tensor]) -> int | None:
    """Where the op stands that computes the only computed operand of *op*, for it alone."""
    computed = [tensor for tensor in op.inputs if not tensor.is_constant]
    if len(computed) != 1 or readers[computed[0]] != 1 or computed[0].dtype != np.float32:
        return None
    return places.get(computed[0])


def _joined(first: Op, then: Op) -> Op | None:
    """One op that does what both do, or None."""
    if isinstance(then, Relu) and isinstance(first, CLAMPING):
        if first.activation is not Activation.NONE:
            return None
        return dataclasses.replace(first, output=then.output, activation=then.activation)
    if not isinstance(first, Weighted) or first.activation is not Activation.NONE:
        return None
    if not isinstance(then, Add | Mul) or first.output.shape[-1:] != first.weights.shape[:1]:
        return None
    numbers = _per_channel(then.b if then.a is first.output else then.a)
    if numbers is None or first.weights.data is None:
        return None
    if first.bias is not None and first.bias.data is None:
        return None
    fields: dict[str, Any] = (
        _shifted(first, numbers) if isinstance(then, Add) else _scaled(first, numbers)
    )
    return dataclasses.replace(first, output=then.output, activation=then.activation, **fields)


def _per_channel(tensor: Tensor) -> Array | None:
    """(C,) if all pixels of a constant have the same."""
    data = tensor.data
    if data is None or data.ndim == 0 or 0 in data.shape:
        return None
    sides = zip(data.shape[:-1], data.strides[:-1], strict=True)
    if any(size != 1 and stride != 0 for size, stride in sides):
        return None
    numbers: Array = data[(0,) * (data.ndim - 1)]
    return numbers


def _shifted(op: Weighted, numbers: Array) -> dict[str, Tensor]:
    return {"bias": _bias(op, numbers if op.bias is None else op.bias.data + numbers)}


def _scaled(op: Weighted, numbers: Array) -> dict[str, Tensor]:
    data = np.asarray(op.weights.data)
    scaled = data * numbers.reshape(-1, *[1] * (data.ndim - 1))
    fields = {"weights": dataclasses.replace(op.weights, data=scaled)}
    if op.bias is not None:
        fields["bias"] = _bias(op, np.asarray(op.bias.data) * numbers)
    return fields


def _bias(op: Weighted, numbers: Array) -> Tensor:
    data = np.ascontiguousarray(numbers, np.float32)
    return Tensor(f"{op.label}/bias", data.shape, data.dtype, None, data)

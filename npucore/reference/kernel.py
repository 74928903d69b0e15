# SPDX-License-Identifier: MIT
"""What a kernel of the reference backend is."""

from __future__ import annotations

import enum
from collections.abc import Callable

import numpy as np

from npucore.ops import Op
from npucore.tensor import Array, Tensor

Kernel = Callable[..., Array | tuple[Array, ...]]
"""Arrays of the op's operands in the op's order -> its result, or its results as a tuple.

Pure: operands are not changed, and any number of threads may call it. A result may be a view of
an operand.
"""

SingleKernel = Callable[..., Array]
"""A kernel of an op with one result."""


class Judge(enum.StrEnum):
    """An independent implementation that has given a kernel's answers."""

    LITERT = "LiteRT"
    ONNX = "ONNX Runtime, or ONNX's node tests"  # which bytes are not compared with


FLOATS: tuple[type[np.generic], ...] = (np.float32, np.float64)
BYTES: tuple[type[np.generic], ...] = (np.int8, np.uint8)

STORED: tuple[type[np.generic], ...] = (*BYTES, np.int16)
"""Dtypes of stored integers; int16 is symmetric."""


def dtypes_refusal(op: Op, *allowed: type[np.generic], tensors: tuple[Tensor, ...]) -> str | None:
    """Refuse *tensors* of other dtypes than *allowed* and of more than one; None if all is well."""
    found = {tensor.dtype for tensor in tensors}
    if len(found) == 1 and found.pop() in [np.dtype(kind) for kind in allowed]:
        return None
    return f"{op.name} of {', '.join(str(tensor.dtype) for tensor in tensors)}"


def quantized_refusal(op: Op) -> str | None:
    """Refuse stored operands and results without a single scale; None if all have one."""
    for tensor in (*op.inputs, *op.outputs):
        if tensor.dtype in STORED and (
            tensor.quantization is None or tensor.quantization.axis is not None
        ):
            return f"{tensor.name} has no quantization per tensor"
    return None


def is_stored(tensor: Tensor) -> bool:
    """Whether the tensor holds stored integers, which stand for real numbers."""
    return tensor.dtype.kind in "iu" and tensor.quantization is not None


def moved_refusal(op: Op) -> str | None:
    """Refuse an op that only moves stored numbers unless all its tensors have one dtype."""
    found = {tensor.dtype for tensor in (*op.inputs, *op.outputs)}
    return None if len(found) == 1 else f"{op.name} of {', '.join(sorted(map(str, found)))}"

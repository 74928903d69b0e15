# SPDX-License-Identifier: MIT
"""How much memory a network takes at run time, planned before any of it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Convolution, Op, TransposeConvolution
from npucore.tensor import Tensor

DEFAULT_LIMIT_BYTES = 1 << 30
PREPARED_BYTES = 16  # for every weight: floats, in the order of the products, and on the way
FIXED_BYTES = 1 << 20  # of blocks that are worked on at a time
MOVED_BYTES = 16  # on the way to an element: one int64 or two floats
COMPUTED_BYTES = 48  # int64 or float64, about six at a time
COMPUTED = {"cumulative", "einsum", "erf", "fourier", "grid_sample", "gru", "l2_normalize"}
COMPUTED |= {"local_response", "log_softmax", "lstm", "normalize", "pairwise", "pointwise", "power"}
COMPUTED |= {"reduce", "rnn", "softmax", "top_k"}
COMPUTED_FROM_BYTES = {"add", "mean", "mul", "pooling", "prelu", "subtract", "batch_matmul"}


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that a network needs; upper bounds of what the reference takes (a test keeps it true).

    Parameters
    ----------
    prepared_bytes
        Constants as programs hold them, for every op that reads them.
    peak_bytes
        Values that are alive at once, and what is made on the way to the next, at most.
    peak_op
        The label of the op at which that is.
    """

    prepared_bytes: int
    peak_bytes: int
    peak_op: str

    @property
    def total_bytes(self) -> int:
        """All that is held at once."""
        return self.prepared_bytes + self.peak_bytes


def footprint(graph: Graph) -> Footprint:
    """The memory that *graph* takes, op by op in its order."""
    last = {tensor: index for index, op in enumerate(graph.ops) for tensor in op.inputs}
    last.update(dict.fromkeys(graph.outputs, len(graph.ops)))
    alive = sum(tensor.size_bytes for tensor in graph.inputs)
    prepared, peak, peak_op = 2 * FIXED_BYTES, alive, "the inputs"  # tables, on the way to them
    for index, op in enumerate(graph.ops):
        prepared += prepared_bytes(op)
        alive += sum(tensor.size_bytes for tensor in op.outputs)
        if (now := alive + work_bytes(op)) > peak:
            peak, peak_op = now, op.label
        for tensor in dict.fromkeys((*op.inputs, *op.outputs)):
            if last.get(tensor, index) == index and not tensor.is_constant:
                alive -= tensor.size_bytes
    returned = sum(tensor.size_bytes for tensor in graph.outputs)
    return Footprint(prepared, max(peak, alive + returned), peak_op)


def require_memory(graph: Graph, limit_bytes: int | None) -> None:
    """Raise `UnsupportedError` for a network that needs more than the limit (None: the default)."""
    limit = DEFAULT_LIMIT_BYTES if limit_bytes is None else limit_bytes
    if (needed := footprint(graph)).total_bytes > limit:
        raise UnsupportedError(
            f"{graph.name or 'the network'} needs {mebibytes(needed.total_bytes)} of memory, most "
            f"of it at {needed.peak_op}; at most {mebibytes(limit)} are allowed (see --memory)"
        )


def mebibytes(count: int) -> str:
    """Bytes for people.

    >>> mebibytes(3 << 19)
    '1.5 MiB'
    """
    return f"{count / (1 << 20):,.1f} MiB"


def prepared_bytes(op: Op) -> int:
    """Of the constants of *op*, as a program holds them."""
    prepared = sum(PREPARED_BYTES * t.elements for t in op.inputs if t.is_constant)
    if isinstance(op, Convolution) and op.depthwise:
        prepared += 4 * op.weights.elements * op.output.shape[2]  # a kernel for every column
    return prepared


def work_bytes(op: Op) -> int:
    """The bytes of arrays made between the operands of *op* and its results."""
    ends = [tensor for tensor in (*op.inputs, *op.outputs) if not tensor.is_constant]
    largest = max((tensor.elements for tensor in ends), default=0)
    if isinstance(op, Convolution):
        return FIXED_BYTES + 8 * _padded(op) + _columns(op)
    if isinstance(op, TransposeConvolution):
        return FIXED_BYTES + 24 * _full(op)
    return FIXED_BYTES + largest * _each(op, ends)


def _each(op: Op, ends: list[Tensor]) -> int:
    of_bytes = any(tensor.dtype.itemsize == 1 for tensor in ends)
    computed = op.name in COMPUTED or (of_bytes and op.name in COMPUTED_FROM_BYTES)
    return COMPUTED_BYTES if computed else MOVED_BYTES


def _padded(op: Convolution) -> int:
    """Elements of the map with its borders, once for each kernel that reads a channel."""
    n, h, w, c = op.input.shape
    top, bottom, left, right = op.padding
    copies = max(op.output.shape[3] // max(c, 1), 1) if op.depthwise else 1
    return n * (h + top + bottom) * (w + left + right) * c * copies


def _columns(op: Convolution) -> int:
    """Bytes of the windows of one row of results, and of the sums over them."""
    row = op.output.shape[2] * (math.prod(op.weights.shape[1:]) + 6 * op.output.shape[3])
    return 8 * row


def _full(op: TransposeConvolution) -> int:
    """Elements of the result before its borders are cut off, and of the products."""
    n, h, w, _ = op.input.shape
    outputs, rows, columns, _ = op.weights.shape
    height, width = (h - 1) * op.stride[0] + rows, (w - 1) * op.stride[1] + columns
    return n * outputs * (height * width + h * w * rows * columns)

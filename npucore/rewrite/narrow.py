# SPDX-License-Identifier: MIT
"""Operands as small as formats let them be that repeat operands along axes of size 1."""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from npucore.graph import Graph
from npucore.ops import Broadcast
from npucore.tensor import Array


def narrowed(data: Array) -> Array:
    """The smallest array of as many axes that gives *data*, bit for bit, when it is repeated.

    >>> narrowed(np.array([[1, 2], [1, 2]])).tolist()
    [[1, 2]]
    """
    for axis in range(data.ndim):
        first = data.take([0], axis) if data.shape[axis] > 1 else data
        if first is not data and _same_bits(data, first):
            data = first
    return data


def _same_bits(data: Array, first: Array) -> bool:
    """Whether *first* repeats to *data*; 0 and -0 differ, and what is no number is itself."""
    if data.dtype.kind != "f":
        return bool((data == first).all())
    bits = np.dtype(f"u{data.dtype.itemsize}")
    plain = [np.ascontiguousarray(array).view(bits) for array in (data, first)]
    return bool((plain[0] == plain[1]).all())


def is_implied(op: Broadcast, graph: Graph, repeating: Container[str], most_axes: int) -> bool:
    """Whether all that read the result are ops of *repeating* names, and repeat it themselves.

    One of their operands has to have the whole shape, of at most *most_axes*.
    """
    readers = graph.readers.get(op.output, ())
    if not readers or op.output in graph.outputs or len(op.output.shape) > most_axes:
        return False
    return all(
        reader.name in repeating
        and any(
            tensor is not op.output
            and not tensor.is_constant
            and not isinstance(graph.writer.get(tensor), Broadcast)
            for tensor in reader.inputs
        )
        for reader in readers
    )

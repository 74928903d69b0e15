# SPDX-License-Identifier: MIT
"""Matrices of weights behind ops that only move values: their columns are moved instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from npucore.graph import Graph
from npucore.ops import BatchMatmul, FullyConnected, Op, Reshape, Transpose
from npucore.quantize import Int64s
from npucore.tensor import Tensor

Move = Reshape | Transpose
MOVES = (Reshape, Transpose)
Fits = Callable[[Tensor, int], bool]
"""Whether a backend multiplies a tensor, as it lies, by weights for so many inputs."""


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """The operand of a layer once *moves*, from the source on, are folded into its weights.

    *order* says for each column of the weights which of a row's values, as they lie in the source,
    it is for; None if it is the column's own number.
    """

    source: Tensor
    moves: tuple[Move, ...] = ()
    order: Int64s | None = None


def matrix(op: Op) -> FullyConnected | None:
    """*op* as a matrix of weights: also a product by the same constant matrix in every batch."""
    if isinstance(op, FullyConnected):
        return op
    if not isinstance(op, BatchMatmul) or op.transpose_a or op.b.data is None or not op.b.elements:
        return None
    if op.b.quantization is not None and op.b.quantization.axis is not None:
        return None
    each = op.b.data.reshape(-1, *op.b.shape[-2:])
    if not (each == each[0]).all():
        return None
    data = np.ascontiguousarray(each[0] if op.transpose_b else each[0].T)
    weights = replace(op.b, shape=data.shape, data=data)
    return FullyConnected(input=op.a, weights=weights, output=op.output)


def folded(op: FullyConnected, graph: Graph, fits: Fits) -> Folded:
    """The furthest source that *op* can read instead of its input, through reshapes and transposes.

    Every row of the matrix product has to be a row of the source, as it lies there, in an order
    that is the same for all of them.
    """
    found, tensor, moves = Folded(op.input), op.input, tuple[Move, ...]()
    inputs = op.weights.shape[1]
    while isinstance(move := graph.writer.get(tensor), MOVES) and _keeps_values(move):
        moves, tensor = (move, *moves), move.input
        order = _order(moves, inputs)
        if order is not None and fits(tensor, inputs):
            found = Folded(tensor, moves, order)
    return found


def unmoved(op: FullyConnected, graph: Graph, fits: Fits) -> FullyConnected:
    """*op* over the source that `folded` has found, its weights' columns in the source's order."""
    found = folded(op, graph, fits)
    if found.order is None or op.weights.data is None:
        return op
    data = np.empty_like(op.weights.data)
    data[:, found.order] = op.weights.data
    return replace(op, input=found.source, weights=replace(op.weights, data=data))


def vanishes(move: Move, graph: Graph, fits: Fits) -> bool:
    """Whether every layer behind *move*, directly or through others, reads what is before it."""
    return move.output not in graph.outputs and _is_skipped(move.output, move, graph, fits)


def _is_skipped(tensor: Tensor, move: Move, graph: Graph, fits: Fits) -> bool:
    readers = graph.readers.get(tensor, ())
    return bool(readers) and all(_skips(reader, move, graph, fits) for reader in readers)


def _skips(reader: Op, move: Move, graph: Graph, fits: Fits) -> bool:
    if isinstance(reader, MOVES):
        return reader.output not in graph.outputs and _is_skipped(reader.output, move, graph, fits)
    op = matrix(reader)
    return op is not None and op.weights.is_constant and move in folded(op, graph, fits).moves


def _keeps_values(move: Move) -> bool:
    source, result = move.input.quantization, move.output.quantization
    if move.input.dtype != move.output.dtype or source is None or result is None:
        return False
    return source.same_as(result)


def _order(moves: tuple[Move, ...], inputs: int) -> Int64s | None:
    """Which values of the source a row reads; None if rows are no rows of the source."""
    places: Int64s = np.arange(moves[0].input.elements).reshape(moves[0].input.shape)
    for move in moves:
        if isinstance(move, Reshape):
            places = places.reshape(move.output.shape)
        else:
            places = places.transpose(move.permutation)
    rows = places.reshape(-1, inputs)
    starts = inputs * np.arange(len(rows))[:, None]
    first: Int64s = rows[0]
    if not (rows == first + starts).all() or first.max() >= inputs:
        return None
    return first

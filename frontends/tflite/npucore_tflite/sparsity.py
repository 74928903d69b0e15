# SPDX-License-Identifier: MIT
"""Sparse constants, as MediaPipe stores pruned weights, made dense when the file is read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import tflite

from npucore.errors import InvalidModelError
from npucore.files.budget import Budget
from npucore.tensor import Array, Shape

MOST_LEVELS = 16  # eight axes, each in blocks
MOST_ENTRIES = 1 << 18  # on the way, unless the file itself stores more

_VECTORS = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One dimension on the way to an element: dense, or the indices that occur (CSR)."""

    dense_size: int  # of a dense level
    segments: Array | None = None  # (parents + 1,): where each parent's children begin
    indices: Array | None = None  # (children,): their places along the dimension


@dataclass(frozen=True, slots=True, eq=False)
class Sparsity:
    """How the stored elements are found, level by level.

    *order* names the dimension of each level: those of the tensor first, then those of the blocks;
    *blocks* names the tensor's dimension that each block dimension divides.
    """

    order: tuple[int, ...]
    blocks: tuple[int, ...]
    levels: tuple[Level, ...]


def read_sparsity(table: Any, walk: Budget) -> Sparsity:
    """The record of a flatbuffers table ``SparsityParameters``; *walk* counts its bytes."""
    order, blocks = table.TraversalOrderAsNumpy(), table.BlockMapAsNumpy()
    levels = table.DimMetadataLength()
    walk.take(4 * levels, "sparse storage")
    return Sparsity(
        order=() if isinstance(order, int) else tuple(order.tolist()),
        blocks=() if isinstance(blocks, int) else tuple(blocks.tolist()),
        levels=tuple(_level(table.DimMetadata(i), walk) for i in range(levels)),
    )


def _level(table: Any, walk: Budget) -> Level:
    if table.Format() == tflite.DimensionType.DENSE:
        return Level(table.DenseSize())
    return Level(
        0,
        _vector(table.ArraySegmentsType(), table.ArraySegments(), walk),
        _vector(table.ArrayIndicesType(), table.ArrayIndices(), walk),
    )


def _vector(kind: int, table: Any, walk: Budget) -> Array:
    vector = _VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    values: Array = vector.ValuesAsNumpy()
    walk.take(values.nbytes, "sparse storage")
    return values.astype(np.int64)


def densify(values: Array, shape: Shape, sparsity: Sparsity, budget: Budget) -> Array:
    """(n,) stored elements -> the whole array, zeros where nothing is stored.

    *budget* counts what is made: the array, and the places of its elements level by level.

    Raises `InvalidModelError` for levels that contradict the shape or the number of elements.
    Source: TFLite FormatConverter::SparseToDense.
    """
    rank, limit = len(shape), max(len(values), min(math.prod(shape), MOST_ENTRIES))
    dimensions = rank + len(sparsity.blocks)
    _require(0 < dimensions <= MOST_LEVELS and rank > 0, f"{dimensions} levels for {shape}")
    budget.take(math.prod(shape), "a sparse constant")
    _require(sorted(sparsity.order) == list(range(dimensions)), f"order {sparsity.order}")
    _require(len(sparsity.levels) == dimensions, f"{len(sparsity.levels)} levels")
    _require(all(block in range(rank) for block in sparsity.blocks), f"blocks {sparsity.blocks}")
    entries = np.zeros(1, np.int64)
    places: dict[int, Array] = {}
    for dimension, level in zip(sparsity.order, sparsity.levels, strict=True):
        budget.take(len(places) * len(entries), "a sparse constant")
        parents, entries, place = _descend(entries, level, limit, budget)
        places = {d: p[parents] for d, p in places.items()} | {dimension: place}
    _require(len(entries) == len(values), f"{len(entries)} places for {len(values)} elements")
    for number, divided in enumerate(sparsity.blocks):
        level = sparsity.levels[sparsity.order.index(rank + number)]
        places[divided] = places[divided] * level.dense_size + places[rank + number]
    index = tuple(places[dimension] for dimension in range(rank))
    inside = all((p >= 0).all() and (p < n).all() for p, n in zip(index, shape, strict=True))
    _require(inside, f"an element outside {shape}")
    dense = np.zeros(shape, values.dtype)
    dense[index] = values
    return dense


def _descend(
    entries: Array, level: Level, limit: int, budget: Budget
) -> tuple[Array, Array, Array]:
    """(parent of each child, child's entry, child's place along the level's dimension)."""
    if level.segments is None or level.indices is None:
        _require(0 <= level.dense_size * len(entries) <= limit, f"{level.dense_size} children")
        budget.take(4 * level.dense_size * len(entries), "a sparse constant")
        parents = np.repeat(np.arange(len(entries)), level.dense_size)
        place = np.tile(np.arange(level.dense_size), len(entries))
        return parents, entries[parents] * level.dense_size + place, place
    _require(entries.max(initial=0) + 1 < len(level.segments), "too few segments")
    first, end = level.segments[entries], level.segments[entries + 1]
    counts = end - first
    _require((counts >= 0).all() and counts.sum() <= limit, "segments out of order")
    budget.take(6 * int(counts.sum()), "a sparse constant")
    parents = np.repeat(np.arange(len(entries)), counts)
    children = first[parents] + np.arange(len(parents)) - (np.cumsum(counts) - counts)[parents]
    _require(
        ((children >= 0) & (children < len(level.indices))).all(), "a segment beyond its indices"
    )
    return parents, children, level.indices[children]


def _require(condition: Any, found: str) -> None:
    if not condition:
        raise InvalidModelError(f"its sparse storage is inconsistent: {found}")

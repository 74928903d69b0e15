# SPDX-License-Identifier: MIT
"""Ops, and chains of ops, that are one function of one byte: what a table of 256 answers holds.

``x * logistic(x)`` is one, and so is a hard swish that a file spells out in four ops: a backend
with look-up tables computes it in one step.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from npucore.graph import Graph
from npucore.ops import Activation, Add, Div, Maximum, Minimum, Mul, Op, Prelu, Subtract
from npucore.quantize import REAL_BOUNDS, Float64s, Int64s, stored_range
from npucore.rewrite.functions import real_function
from npucore.tensor import Tensor

FAR = 1e9  # beyond what any integer of 8 bits saturates at
Pair = Callable[[Float64s, Float64s], Float64s]
PAIRS: Mapping[type[Op], Pair] = {
    Add: operator.add,
    Div: np.divide,
    Maximum: np.maximum,
    Minimum: np.minimum,
    Mul: operator.mul,
    Prelu: lambda x, alpha: np.where(x >= 0, x, alpha * x),
    Subtract: operator.sub,
}
"""Ops of two operands."""


@dataclass(frozen=True, slots=True, eq=False)
class ByteFunction:
    """A tensor as a function of every single number of another one.

    Parameters
    ----------
    source
        The other one, of the same shape.
    stored
        (256,) the stored results, for the stored numbers of the source in the order of their bytes
        read as uint8. Every op on the way rounds, halves to even, and saturates.
    ops
        What is computed on the way, in order.
    """

    source: Tensor
    stored: Int64s
    ops: tuple[Op, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ByteFunctions:
    """Those of a graph.

    Parameters
    ----------
    of
        Op -> what it computes, from the furthest source from where one step gets there without
        another op's needing what lies between.
    folded
        Ops that are computed on the way only: their results are in nobody's hands.
    """

    of: Mapping[Op, ByteFunction]
    folded: frozenset[Op]


def byte_functions(graph: Graph) -> ByteFunctions:
    """All of a graph; a backend asks by `Graph.once`."""
    chains: dict[Tensor, tuple[ByteFunction, ...]] = {}
    found = {}
    for op in graph.ops:
        ways = _ways(op, chains)
        if ways:
            chains[op.outputs[0]] = ways
            found[op] = _chosen(op, ways, graph)
    return ByteFunctions(found, _folded(graph, found))


def one_value(tensor: Tensor) -> float | None:
    """The real number that a constant holds everywhere; None for anything else."""
    q = tensor.quantization
    if tensor.data is None or q is None or q.axis is not None or not tensor.data.size:
        return None
    first = tensor.data.flat[0]
    if not (tensor.data == first).all():
        return None
    return (int(first) - int(q.zero_point)) * float(q.scale)


def _ways(op: Op, chains: Mapping[Tensor, tuple[ByteFunction, ...]]) -> tuple[ByteFunction, ...]:
    """The nearest source first; none if *op* is no function of a byte."""
    if not all(_is_bytes(tensor) for tensor in (*op.inputs, *op.outputs)):
        return ()
    output = op.outputs[0]
    function = real_function(op)
    if function is not None:
        tables = ((s, f.stored, f.ops, function) for s, f in _reach(op.inputs[0], chains))
        return tuple(
            ByteFunction(s, _stored(fn(_real(t, op.inputs[0])), output), (*ops, op))
            for s, t, ops, fn in tables
            if s.shape == output.shape
        )
    return tuple(_pair_ways(op, chains)) if type(op) in PAIRS else ()


def _pair_ways(op: Op, chains: Mapping[Tensor, tuple[ByteFunction, ...]]) -> list[ByteFunction]:
    a, b = op.inputs
    left, right = one_value(a), one_value(b)
    function, output = PAIRS[type(op)], op.outputs[0]
    bounds = REAL_BOUNDS[getattr(op, "activation", Activation.NONE)]

    def result(x: Float64s, y: Float64s) -> Int64s:
        value = function(x, y)
        return _stored(np.clip(value, *bounds) if bounds != (None, None) else value, output)

    if right is not None and not a.is_constant:
        every = np.full(256, right)
        return [
            ByteFunction(s, result(_real(f.stored, a), every), (*f.ops, op))
            for s, f in _reach(a, chains)
        ]
    if left is not None and not b.is_constant:
        every = np.full(256, left)
        return [
            ByteFunction(s, result(every, _real(f.stored, b)), (*f.ops, op))
            for s, f in _reach(b, chains)
        ]
    if a.is_constant or b.is_constant:
        return []
    of_b = dict(_reach(b, chains))
    return [
        ByteFunction(
            s,
            result(_real(f.stored, a), _real(of_b[s].stored, b)),
            tuple(dict.fromkeys((*f.ops, *of_b[s].ops, op))),
        )
        for s, f in _reach(a, chains)
        if s in of_b
    ]


def _reach(
    tensor: Tensor, chains: Mapping[Tensor, tuple[ByteFunction, ...]]
) -> list[tuple[Tensor, ByteFunction]]:
    """*tensor* as a function of itself, and of what it is computed from."""
    itself = ByteFunction(tensor, _every(tensor))
    return [(way.source, way) for way in (itself, *chains.get(tensor, ()))]


def _chosen(op: Op, ways: tuple[ByteFunction, ...], graph: Graph) -> ByteFunction:
    """Nothing between the source and *op* is wanted elsewhere, if there is more than one way."""
    best = ways[0]
    for way in ways[1:]:
        between = [inner.outputs[0] for inner in way.ops if inner is not op]
        mine = set(way.ops)
        if any(t in graph.outputs or not mine.issuperset(graph.readers[t]) for t in between):
            break
        best = way
    return best


def _folded(graph: Graph, found: Mapping[Op, ByteFunction]) -> frozenset[Op]:
    """Walks backwards from the results: what no step reads is not computed."""
    needed = {*graph.outputs, *(state.after for state in graph.states)}
    folded = []
    for op in reversed(graph.ops):
        if op in found and op.outputs[0] not in needed and graph.readers.get(op.outputs[0]):
            folded.append(op)
        else:
            needed.update((found[op].source,) if op in found else op.inputs)
    return frozenset(folded)


def _is_bytes(tensor: Tensor) -> bool:
    q = tensor.quantization
    return tensor.dtype in (np.int8, np.uint8) and q is not None and q.axis is None


def _every(tensor: Tensor) -> Int64s:
    """All 256 stored numbers, in the order of their bytes read as uint8."""
    return np.arange(256, dtype=np.uint8).view(tensor.dtype).astype(np.int64)


def _real(stored: Int64s, tensor: Tensor) -> Float64s:
    real: Float64s = (stored - int(tensor.q.zero_point)) * float(tensor.q.scale)
    return real


def _stored(real: Float64s, output: Tensor) -> Int64s:
    """Halves to even; infinities saturate, what is no number becomes real 0."""
    scaled: Float64s = np.nan_to_num(real / float(output.q.scale), nan=0.0, posinf=FAR, neginf=-FAR)
    low, high = stored_range(output.dtype)
    rounded = np.rint(scaled) + int(output.q.zero_point)
    clipped: Int64s = np.clip(rounded, low, high).astype(np.int64)
    return clipped

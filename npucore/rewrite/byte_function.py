# SPDX-License-Identifier: MIT
"""Ops, and chains of ops, that are one function of one byte: what a table of 256 answers holds.

``x * logistic(x)`` is one, and so is a hard swish that a file spells out in four ops: a backend
with look-up tables computes it in one step.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from npucore.graph import Graph
from npucore.ops import Activation, Add, Maximum, Minimum, Mul, Op, Prelu, Subtract
from npucore.quantize import REAL_BOUNDS, Float64s, Int64s, stored_range
from npucore.rewrite.functions import Real, real_function
from npucore.tensor import Tensor

FAR = 1e9  # beyond what any integer of 8 bits saturates at
Pair = Callable[[Float64s, Float64s], Float64s]
PAIRS: Mapping[type[Op], Pair] = {
    Add: operator.add,
    Maximum: np.maximum,
    Minimum: np.minimum,
    Mul: operator.mul,
    Prelu: lambda x, alpha: np.where(x >= 0, x, alpha * x),
    Subtract: operator.sub,
}
"""Ops of two operands."""


class ByteFunction:
    """A tensor as a function of every single number of another one.

    Parameters
    ----------
    source
        The other one, of the same shape.
    ops
        What is computed on the way, in order.
    compute
        Gives `stored`, when it is asked for.
    """

    def __init__(
        self, source: Tensor, ops: tuple[Op, ...], compute: Callable[[], Int64s | None]
    ) -> None:
        self.source, self.ops, self._compute = source, ops, compute

    @cached_property
    def stored(self) -> Int64s | None:
        """(256,) the stored results, for the stored numbers of the source by their bytes as uint8.

        Every op on the way rounds, halves to even, and saturates. None if a result is no number.
        """
        return self._compute()


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


def alone(op: Op) -> ByteFunction | None:
    """What *op* computes of its only computed operand; None if that is no function of a byte."""
    ways = _ways(op, {})
    return ways[0] if ways else None


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
    function = real_function(op)
    if function is not None:
        found = _of_one(op, function, op.inputs[0], chains)
    elif type(op) in PAIRS:
        found = _of_two(op, chains)
    else:
        return ()
    shape = op.outputs[0].shape
    return tuple(way for way in found if way.source.shape == shape)


def _of_one(
    op: Op, function: Real, tensor: Tensor, chains: Mapping[Tensor, tuple[ByteFunction, ...]]
) -> Iterator[ByteFunction]:
    """*function* of *tensor*, however that is computed."""
    for way in _reach(tensor, chains):
        yield ByteFunction(way.source, (*way.ops, op), partial(_computed, op, function, [way]))


def _of_two(op: Op, chains: Mapping[Tensor, tuple[ByteFunction, ...]]) -> Iterator[ByteFunction]:
    """A number and a tensor, or two tensors with a common source."""
    a, b = op.inputs
    function = _clamped(op)
    if a.is_constant or b.is_constant:
        left, right = one_value(a), one_value(b)
        if right is not None and not a.is_constant:
            yield from _of_one(op, lambda x: function(x, np.full(256, right)), a, chains)
        elif left is not None and not b.is_constant:
            yield from _of_one(op, lambda x: function(np.full(256, left), x), b, chains)
        return
    of_b = {way.source: way for way in _reach(b, chains)}
    for way in _reach(a, chains):
        if (other := of_b.get(way.source)) is not None:
            ops = tuple(dict.fromkeys((*way.ops, *other.ops, op)))
            yield ByteFunction(way.source, ops, partial(_computed, op, function, [way, other]))


def _computed(
    op: Op, function: Callable[..., Float64s], operands: list[ByteFunction]
) -> Int64s | None:
    """The stored results of *op*, whose computed operands are these functions."""
    computed = [tensor for tensor in op.inputs if not tensor.is_constant]
    stored = [operand.stored for operand in operands]
    if any(each is None for each in stored):
        return None
    reals = [_real(s, t) for s, t in zip(stored, computed, strict=False) if s is not None]
    with np.errstate(all="ignore"):
        return _stored(function(*reals), op.outputs[0])


def _clamped(op: Op) -> Pair:
    function, bounds = PAIRS[type(op)], REAL_BOUNDS[getattr(op, "activation", Activation.NONE)]
    if bounds == (None, None):
        return function
    return lambda x, y: np.clip(function(x, y), *bounds)


def _reach(
    tensor: Tensor, chains: Mapping[Tensor, tuple[ByteFunction, ...]]
) -> tuple[ByteFunction, ...]:
    """*tensor* as a function of itself, and of what it is computed from."""
    return (ByteFunction(tensor, (), lambda: _every(tensor)), *chains.get(tensor, ()))


def _chosen(op: Op, ways: tuple[ByteFunction, ...], graph: Graph) -> ByteFunction:
    """The way from the furthest source whose results in between are read by nobody else."""
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
    """In float32, as DequantizeLinear gives them: functions with steps mind the last bit."""
    real = tensor.q.scale * (stored - int(tensor.q.zero_point)).astype(np.float32)
    return real.astype(np.float64)


def _stored(real: Float64s, output: Tensor) -> Int64s | None:
    """Halves to even; infinities saturate. None if a result is no number."""
    if np.isnan(real).any():
        return None
    low, high = stored_range(output.dtype)
    scaled: Float64s = np.clip(real / float(output.q.scale), -FAR, FAR)
    rounded: Float64s = np.rint(scaled) + int(output.q.zero_point)
    clipped: Int64s = np.clip(rounded, low, high).astype(np.int64)
    return clipped

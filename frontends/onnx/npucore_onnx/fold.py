# SPDX-License-Identifier: MIT
"""What depends on shapes and constants alone, computed while the file is read.

Operators that only look at constants in another way (Reshape, Transpose ...) need nothing here:
their builders give a constant back.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from npucore.tensor import Array, Tensor
from npucore_onnx import folded
from npucore_onnx.constants import check_size
from npucore_onnx.halves import widened
from npucore_onnx.model import DTYPES
from npucore_onnx.node import Node
from npucore_onnx.value import Value

Make = Callable[..., Array | tuple[Array, ...]]


@dataclass(frozen=True, slots=True)
class Folder:
    """How an operator is computed of arrays, and what that takes.

    *plan* gives, of the node and its operands, how many elements are made: those of the results,
    and those on the way to them. It makes nothing itself.
    """

    make: Make
    plan: Callable[..., int]


def fold(node: Node) -> tuple[Value, ...] | None:
    """The results as constants, or None if they are not known yet.

    Raises `InvalidModelError` before anything is made that the file's budget does not hold.
    """
    record = node.record
    if record.domain:
        return None
    if record.operator in KNOWN:
        return _values(node, KNOWN[record.operator](node))
    folder = FOLDERS.get(record.operator)
    if folder is None or any(v is not None and v.data is None for v in node.operands):
        return None
    arrays = [None if v is None else v.data for v in node.operands]
    try:
        with np.errstate(all="ignore"):
            node.reserve(folder.plan(node, *arrays))
            return _values(node, folder.make(node, *arrays))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        node.invalid(str(error))


def _values(node: Node, results: Array | tuple[Array, ...]) -> tuple[Value, ...]:
    if not isinstance(results, tuple):
        results = (results,)
    values = []
    for number, result in enumerate(results):
        array = widened(np.asarray(result))
        if array.dtype.type not in DTYPES.values():
            node.unsupported(f"numbers of {array.dtype}")
        name = node.result_name(number)
        check_size(array.shape, array.dtype, name)
        values.append(Value.of(Tensor(name, array.shape, array.dtype, None, array)))
    return tuple(values)


def _all(factor: int) -> Callable[..., int]:
    """A plan: *factor* times all elements of the operands."""

    def plan(_: Node, *arrays: Array | None) -> int:
        return factor * sum(array.size for array in arrays if array is not None)

    return plan


def _elementwise(function: Callable[..., Array], factor: int = 2) -> Folder:
    """*factor*: how many arrays of the result's shape are made for each operand."""

    def plan(node: Node, *arrays: Array) -> int:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        return factor * len(arrays) * math.prod(shape)

    return Folder(lambda node, *arrays: function(*arrays), plan)


def _chain(function: Callable[[Array, Array], Array]) -> Folder:
    return _elementwise(lambda *arrays: functools.reduce(function, arrays))


def _like_first(function: Callable[..., Array]) -> Folder:
    return _elementwise(lambda *arrays: np.asarray(function(*arrays)).astype(arrays[0].dtype))


def _mod() -> Folder:
    def make(node: Node, a: Array, b: Array) -> Array:
        return np.fmod(a, b) if node.integer("fmod", 0) else np.mod(a, b)

    return Folder(make, _elementwise(np.mod).plan)


def _reduction(function: Callable[..., Array]) -> Folder:
    def make(node: Node, x: Array, *_: Array) -> Array:
        since = 13 if node.record.operator == "ReduceSum" else 18
        axes = node.integers_of("axes", 1, since)
        if not axes and node.integer("noop_with_empty_axes", 0):
            return x
        chosen = node.axes(axes, x.ndim) if axes else None
        reduced = function(x, axis=chosen, keepdims=bool(node.integer("keepdims", 1)))
        return np.asarray(reduced).astype(x.dtype)

    return Folder(make, _all(2))


KNOWN: Mapping[str, Callable[[Node], Array]] = {
    "Constant": folded.constant,
    "Shape": folded.shape,
    "Size": lambda node: np.array(math.prod(node.value(0).shape), np.int64),
}
"""Operators whose result is known as soon as their operands' shapes are."""

FOLDERS: Mapping[str, Folder] = {
    "Abs": _elementwise(np.abs),
    "Add": _elementwise(np.add),
    "And": _elementwise(np.logical_and),
    "Cast": Folder(folded.cast, _all(1)),
    "CastLike": Folder(lambda node, x, like: x.astype(like.dtype), _all(1)),
    "Ceil": _elementwise(np.ceil),
    "Concat": Folder(folded.concat, _all(1)),
    "ConstantOfShape": Folder(folded.filled, lambda node, shape: math.prod(map(int, shape.flat))),
    "Cos": _elementwise(np.cos),
    "DequantizeLinear": Folder(folded.dequantize, _all(4)),
    "Div": _elementwise(folded.div, 4),
    "Equal": _elementwise(np.equal),
    "Exp": _elementwise(np.exp),
    "EyeLike": Folder(folded.eye, _all(1)),
    "Floor": _elementwise(np.floor),
    "Gather": Folder(folded.gather, folded.gathered),
    "Greater": _elementwise(np.greater),
    "GreaterOrEqual": _elementwise(np.greater_equal),
    "Less": _elementwise(np.less),
    "LessOrEqual": _elementwise(np.less_equal),
    "Log": _elementwise(np.log),
    "Max": _chain(np.maximum),
    "Min": _chain(np.minimum),
    "Mod": _mod(),
    "Mul": _elementwise(np.multiply),
    "Neg": _elementwise(np.negative),
    "NonZero": Folder(
        lambda node, x: np.array(np.nonzero(x), np.int64),
        lambda node, x: 2 * max(x.ndim, 1) * int(np.count_nonzero(x)),
    ),
    "Not": _elementwise(np.logical_not),
    "Or": _elementwise(np.logical_or),
    "Pow": _like_first(np.power),
    "QuantizeLinear": Folder(folded.quantize, _all(6)),
    "Range": Folder(folded.counted_up, lambda *operands: 4 * folded.steps(*operands)),
    "Reciprocal": _elementwise(np.reciprocal),
    "ReduceMax": _reduction(np.max),
    "ReduceMin": _reduction(np.min),
    "ReduceProd": _reduction(np.prod),
    "ReduceSum": _reduction(np.sum),
    "Round": _elementwise(np.rint),
    "Sin": _elementwise(np.sin),
    "Slice": Folder(folded.sliced, _all(1)),
    "Split": Folder(folded.split, _all(1)),
    "Sqrt": _elementwise(np.sqrt),
    "Sub": _elementwise(np.subtract),
    "Tile": Folder(folded.tile, folded.tiled),
    "Where": _elementwise(np.where),
    "Xor": _elementwise(np.logical_xor),
}
"""Operators that are computed if all their operands are constant."""

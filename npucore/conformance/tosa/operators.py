# SPDX-License-Identifier: MIT
"""TOSA's operators as npucore's ops.

Operands that a network would compute become inputs of the graph, with the test's own numbers;
weights, biases and tables become constants, whichever of both the test has them as. Bytes have
the scale 1 unless the arithmetic is about scales.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore import ops
from npucore.conformance.maker import Problem
from npucore.conformance.tosa.builder import Builder, NotExpressibleError
from npucore.ops import Op, Padding, PoolingType
from npucore.tensor import Tensor


def convolution(b: Builder) -> Problem:
    """CONV2D and DEPTHWISE_CONV2D, whose weights are (KH, KW, C, M)."""
    weights, groups = b.test.values[1], 1
    if b.test.operator == "DEPTHWISE_CONV2D":
        kh, kw, groups, m = weights.shape
        weights = weights.transpose(2, 3, 0, 1).reshape(groups * m, kh, kw, 1)
    bias = b.test.values[2]
    if bias.size == 1:
        bias = np.broadcast_to(bias, weights.shape[:1])
    return b.problem(
        ops.Convolution(
            input=b.input(0, b.zero(3)),
            weights=b.constant(weights, b.zero(4)),
            bias=b.constant(bias),
            output=b.output(),
            stride=b.pair("stride"),
            dilation=b.pair("dilation"),
            padding=b.pads(),
            groups=groups,
        )
    )


def transpose_convolution(b: Builder) -> Problem:
    """TRANSPOSE_CONV2D: its padding is added to the output, npucore's is cut off."""
    added = Padding(*b.test.attributes["out_pad"])
    if max(added) > 0:
        raise NotExpressibleError(f"out_pad {tuple(added)} adds to the output")
    bias = b.test.values[2]
    weights = b.test.values[1]
    if bias.size == 1:
        bias = np.broadcast_to(bias, weights.shape[:1])
    return b.problem(
        ops.TransposeConvolution(
            input=b.input(0, b.zero(3)),
            weights=b.constant(weights, b.zero(4)),
            bias=b.constant(bias),
            output=b.output(),
            stride=b.pair("stride"),
            padding=Padding(*(-side for side in added)),
        )
    )


def matmul(b: Builder) -> Problem:
    """MATMUL."""
    return b.problem(
        ops.BatchMatmul(a=b.input(0, b.zero(2)), b=b.input(1, b.zero(3)), output=b.output())
    )


def _alike(b: Builder, place: int, made: list[Op]) -> Tensor:
    """An operand with the result's shape."""
    operand = b.input(place)
    if operand.shape == b.test.shape:
        return operand
    whole = Tensor(f"w{place}", b.test.shape, operand.dtype, operand.quantization)
    made.append(ops.Broadcast(input=operand, output=whole))
    return whole


def binary(kind: Callable[..., Op]) -> Callable[[Builder], Problem]:
    """ADD, SUB, MUL, MAXIMUM, MINIMUM."""

    def build(b: Builder) -> Problem:
        if b.test.operator == "MUL" and b.test.values[2].any():
            raise NotExpressibleError(f"a shift of {b.zero(2)} behind the product")
        if len({b.test.values[0].dtype.name, b.test.dtype}) > 1:
            raise NotExpressibleError(f"{b.test.values[0].dtype} to {b.test.dtype}")
        made: list[Op] = []
        first, second = _alike(b, 0, made), _alike(b, 1, made)
        return b.problem(*made, kind(a=first, b=second, output=b.output()))

    return build


def max_pool(b: Builder) -> Problem:
    """MAX_POOL2D."""
    return b.problem(
        ops.Pooling(
            type=PoolingType.MAX, input=b.input(0), output=b.output(), kernel=b.pair("kernel"),
            stride=b.pair("stride"), padding=b.pads(),
        )
    )  # fmt: skip


def average_pool(b: Builder) -> Problem:
    """AVG_POOL2D with equal zero points; npucore has none that change them."""
    if b.zero(1) != b.zero(2):
        raise NotExpressibleError("zero points of input and output differ")
    zero = b.zero(1)
    output = b.tensor("y", b.test.shape, b.test.dtype, 1.0, zero)
    return b.problem(
        ops.Pooling(
            type=PoolingType.AVERAGE, input=b.input(0, zero), output=output,
            kernel=b.pair("kernel"), stride=b.pair("stride"), padding=b.pads(),
        )
    )  # fmt: skip


def clamp(b: Builder) -> Problem:
    """CLAMP, as a maximum and a minimum with constants."""
    source, shape = b.input(0), b.test.shape
    low, high = (
        b.constant(np.full(shape, _bound(b.test.attributes[key]), b.test.dtype))
        for key in ("min_val", "max_val")
    )
    above = Tensor("m", shape, source.dtype, source.quantization)
    return b.problem(
        ops.Maximum(a=source, b=low, output=above), ops.Minimum(a=above, b=high, output=b.output())
    )


def _bound(value: list[int]) -> int:
    return int(np.frombuffer(bytes(value[:1]), np.int8)[0])


def concat(b: Builder) -> Problem:
    """CONCAT."""
    operands = tuple(b.input(place) for place in range(len(b.test.values)))
    axis = int(b.test.attributes["axis"])
    if len(operands) == 1:
        return b.problem(ops.Reshape(input=operands[0], output=b.output()))
    return b.problem(ops.Concatenation(operands=operands, output=b.output(), axis=axis))


def pad(b: Builder) -> Problem:
    """PAD."""
    sides = b.test.values[1].reshape(-1, 2)
    before, after = (tuple(int(n) for n in sides[:, i]) for i in (0, 1))
    value = b.test.values[2].reshape(-1)[0].item()
    return b.problem(
        ops.Pad(input=b.input(0), output=b.output(), before=before, after=after, value=value)
    )


def reshape(b: Builder) -> Problem:
    """RESHAPE and IDENTITY."""
    return b.problem(ops.Reshape(input=b.input(0), output=b.output()))


def transpose(b: Builder) -> Problem:
    """TRANSPOSE."""
    order = tuple(int(axis) for axis in b.test.attributes["perms"])
    return b.problem(ops.Transpose(input=b.input(0), output=b.output(), permutation=order))


def slice_(b: Builder) -> Problem:
    """SLICE."""
    begin = tuple(int(n) for n in b.test.values[1])
    strides = (1,) * len(begin)
    return b.problem(
        ops.StridedSlice(
            input=b.input(0), output=b.output(), begin=begin, sizes=b.test.shape, strides=strides
        )
    )


def reverse(b: Builder) -> Problem:
    """REVERSE, as a slice that steps backwards."""
    axis, shape = int(b.test.attributes["axis"]), b.test.shape
    begin = tuple(size - 1 if i == axis else 0 for i, size in enumerate(shape))
    strides = tuple(-1 if i == axis else 1 for i in range(len(shape)))
    return b.problem(
        ops.StridedSlice(
            input=b.input(0), output=b.output(), begin=begin, sizes=shape, strides=strides
        )
    )


def tile(b: Builder) -> Problem:
    """TILE, as a concatenation along every axis that is repeated."""
    made: list[Op] = []
    x = b.input(0)
    for axis, count in enumerate(int(n) for n in b.test.values[1]):
        if count > 1:
            shape = tuple(size * count if i == axis else size for i, size in enumerate(x.shape))
            longer = Tensor(f"t{axis}", shape, x.dtype, x.quantization)
            made.append(ops.Concatenation(operands=(x,) * count, output=longer, axis=axis))
            x = longer
    return b.problem(*made, ops.Reshape(input=x, output=b.output()))


def argmax(b: Builder) -> Problem:
    """ARGMAX."""
    axis = int(b.test.attributes["axis"])
    return b.problem(ops.Argmax(input=b.input(0), output=b.output(), axis=axis))


def reduce_max(b: Builder) -> Problem:
    """REDUCE_MAX."""
    axes = (int(b.test.attributes["axis"]),)
    return b.problem(ops.ReduceMax(input=b.input(0), output=b.output(), axes=axes, keep_axes=True))


def gather(b: Builder) -> Problem:
    """GATHER of one batch: rows of a table, by constant indices."""
    indices = b.test.values[1]
    if indices.shape[0] != 1:
        raise NotExpressibleError(f"indices for {indices.shape[0]} batches")
    return b.problem(
        ops.Gather(input=b.input(0), indices=b.constant(indices[0]), output=b.output(), axis=1)
    )


def table(b: Builder) -> Problem:
    """TABLE of bytes: the number plus 128 is the place in it."""
    if b.test.values[0].dtype != np.int8:
        raise NotExpressibleError("a table that is interpolated")
    x, shape = b.input(0), b.test.shape
    number, place = (Tensor(n, shape, np.dtype(np.int32)) for n in ("number", "place"))
    listed = Tensor("listed", (*shape, 1), np.dtype(np.int32))
    half = b.constant(np.full(shape, 128, np.int32))
    return b.problem(
        ops.Cast(input=x, output=number),
        ops.Add(a=number, b=half, output=place),
        ops.Reshape(input=place, output=listed),
        ops.GatherNd(input=b.constant(b.test.values[1]), indices=listed, output=b.output()),
    )


BUILDERS: dict[str, Callable[[Builder], Problem]] = {
    "ADD": binary(ops.Add),
    "ARGMAX": argmax,
    "AVG_POOL2D": average_pool,
    "CLAMP": clamp,
    "CONCAT": concat,
    "CONV2D": convolution,
    "DEPTHWISE_CONV2D": convolution,
    "GATHER": gather,
    "IDENTITY": reshape,
    "MATMUL": matmul,
    "MAXIMUM": binary(ops.Maximum),
    "MAX_POOL2D": max_pool,
    "MINIMUM": binary(ops.Minimum),
    "MUL": binary(ops.Mul),
    "PAD": pad,
    "REDUCE_MAX": reduce_max,
    "RESHAPE": reshape,
    "REVERSE": reverse,
    "SLICE": slice_,
    "SUB": binary(ops.Subtract),
    "TABLE": table,
    "TILE": tile,
    "TRANSPOSE": transpose,
    "TRANSPOSE_CONV2D": transpose_convolution,
}

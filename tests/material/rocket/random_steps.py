# SPDX-License-Identifier: MIT
"""Random ops that become look-ups, element-wise steps and windows; moves stand apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.ops import (
    Add,
    Convolution,
    Exp,
    Gelu,
    HSwish,
    LeakyRelu,
    Logistic,
    Maximum,
    Minimum,
    Mul,
    Op,
    Padding,
    Pointwise,
    PointwiseFunction,
    Pooling,
    PoolingType,
    Subtract,
    Tanh,
    TransposeConvolution,
)
from npucore.tensor import Tensor
from tests.material.rocket.random_moves import (
    broadcast,
    concatenation,
    depth_to_space,
    mixed_concatenation,
    pad,
    resize,
    resize_bilinear,
    split,
    strided_slice,
)
from tests.material.rocket.random_ops import Random

Unary = type[Exp | Gelu | HSwish | Logistic | Tanh]
CURVES = (
    *(PointwiseFunction.ELU, PointwiseFunction.SOFTPLUS, PointwiseFunction.MISH),
    *(PointwiseFunction.SELU, PointwiseFunction.SIN, PointwiseFunction.NEGATIVE),
)


def unary(kind: Unary) -> Callable[[Random], Op]:
    """A function of every value; scales from hair-fine to coarse."""

    def make(r: Random) -> Op:
        source, output = _ends(r)
        return kind(input=source, output=output)

    return make


def leaky_relu(r: Random) -> Op:
    """Of any slope."""
    source, output = _ends(r)
    return LeakyRelu(input=source, output=output, alpha=float(r.rng.uniform(0, 1.5)))


def pointwise(r: Random) -> Op:
    """Curves that have no op of their own."""
    source, output = _ends(r)
    function = CURVES[r.rng.integers(len(CURVES))]
    return Pointwise(input=source, output=output, function=function)


def _ends(r: Random) -> tuple[Tensor, Tensor]:
    source = r.map("x", most=9)
    scale = float(10 ** r.rng.uniform(-4, 0.5))
    return source, Tensor("y", source.shape, r.dtype, r.quantization(scale))


def binary(kind: type[Add | Mul | Subtract]) -> Callable[[Random], Op]:
    """Two maps, or a map and constants, of scales up to a hundred times apart."""

    def make(r: Random) -> Op:
        a, b = _operands(r)
        scales = float(a.q.scale), float(b.q.scale)
        coarse = 40 * scales[0] * scales[1] if kind is Mul else 1.3 * max(scales)
        quantization = r.quantization(coarse * float(r.rng.uniform(0.3, 2)))
        output = Tensor("y", a.shape, r.dtype, quantization)
        first, second = (b, a) if r.rng.random() < 0.5 else (a, b)
        return kind(a=first, b=second, output=output, activation=r.activation())

    return make


def extreme(kind: type[Maximum | Minimum]) -> Callable[[Random], Op]:
    """Of one quantization, as the formats have it."""

    def make(r: Random) -> Op:
        a, b = _operands(r)
        other = Tensor("b", b.shape, r.dtype, a.q, b.data)
        return kind(a=a, b=other, output=Tensor("y", a.shape, r.dtype, a.q))

    return make


def _operands(r: Random) -> tuple[Tensor, Tensor]:
    a = r.map("a", most=9)
    data = r.numbers(a.shape) if r.rng.random() < 0.3 else None
    scale = float(a.q.scale) * float(10 ** r.rng.uniform(-2, 2))
    return a, Tensor("b", a.shape, r.dtype, r.quantization(scale), data)


def maximum_pool(r: Random) -> Op | None:
    """Windows of any shape, with and without a border."""
    return _pool(r, PoolingType.MAX, 7)


def average_pool(r: Random) -> Op | None:
    """Windows over the edge."""
    return _pool(r, PoolingType.AVERAGE, 4)


def _pool(r: Random, kind: PoolingType, most: int) -> Op | None:
    source = r.map("x", most=13)
    _, height, width, channels = source.shape
    kernel, stride = (r.size(most), r.size(most)), (r.size(3), r.size(3))
    pad = Padding(*(int(r.rng.integers(0, kernel[i // 2])) for i in range(4)))
    rows = height + pad.top + pad.bottom - kernel[0]
    columns = width + pad.left + pad.right - kernel[1]
    if min(rows, columns) < 0:
        return None
    shape = (1, rows // stride[0] + 1, columns // stride[1] + 1, channels)
    output = Tensor("y", shape, r.dtype, source.q)
    return Pooling(
        type=kind, input=source, output=output, kernel=kernel, stride=stride, padding=pad
    )


def dilated(r: Random) -> Op | None:
    """Direct and depthwise kernels with holes."""
    source = r.map("x", most=17)
    channels = source.shape[3]
    groups = channels if r.rng.random() < 0.5 else 1
    outputs = channels if groups > 1 else r.channels()
    kernel, apart = (r.size(3), r.size(3)), (r.size(4), r.size(4))
    stride = (r.size(2), r.size(2))
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, apart, strict=True)]
    pad = Padding(*(int(r.rng.integers(0, reach[i // 2])) for i in range(4)))
    rows = source.shape[1] + pad.top + pad.bottom - reach[0]
    columns = source.shape[2] + pad.left + pad.right - reach[1]
    if min(rows, columns) < 0:
        return None
    weights = r.weights((outputs, *kernel, channels // groups), False)
    shape = (1, rows // stride[0] + 1, columns // stride[1] + 1, outputs)
    output = Tensor("y", shape, r.dtype, r.quantization(r.output_scale(source, weights)))
    return Convolution(
        input=source, weights=weights, output=output, stride=stride, dilation=apart,
        padding=pad, groups=groups,
    )  # fmt: skip


def transpose_convolution(r: Random) -> Op | None:
    """Steps of 1, 2, 4 and 8, cut off and grown."""
    source = r.map("x", most=6)
    kernel = (r.size(6), r.size(6))
    stride = tuple(int(r.rng.choice([1, 2, 2, 4, 8])) for _ in range(2))
    pad = Padding(*(int(r.rng.integers(-1, kernel[i // 2])) for i in range(4)))
    rows = (source.shape[1] - 1) * stride[0] + kernel[0] - pad.top - pad.bottom
    columns = (source.shape[2] - 1) * stride[1] + kernel[1] - pad.left - pad.right
    if min(rows, columns) < 1:
        return None
    per_channel = r.dtype == np.int8 and r.rng.random() < 0.5
    weights = r.weights((r.size(40), *kernel, source.shape[3]), per_channel)
    bias = r.rng.integers(-20000, 20000, weights.shape[0], np.int32)
    shape = (1, rows, columns, weights.shape[0])
    return TransposeConvolution(
        input=source,
        weights=weights,
        bias=Tensor("b", bias.shape, bias.dtype, None, bias),
        output=Tensor("y", shape, r.dtype, r.quantization(r.output_scale(source, weights))),
        stride=(stride[0], stride[1]),
        padding=pad,
        activation=r.activation(),
    )


STEPS: dict[str, Callable[[Random], Op | None]] = {
    "average over the edge": average_pool,
    "broadcast": broadcast,
    "concatenation": concatenation,
    "concatenation of several scales": mixed_concatenation,
    "depth to space": depth_to_space,
    "dilated convolution": dilated,
    "element-wise add": binary(Add),
    "element-wise maximum": extreme(Maximum),
    "element-wise minimum": extreme(Minimum),
    "element-wise multiply": binary(Mul),
    "element-wise subtract": binary(Subtract),
    "look-up exp": unary(Exp),
    "look-up gelu": unary(Gelu),
    "look-up hard swish": unary(HSwish),
    "look-up leaky relu": leaky_relu,
    "look-up logistic": unary(Logistic),
    "look-up tanh": unary(Tanh),
    "look-up of curves": pointwise,
    "maximum pool": maximum_pool,
    "pad": pad,
    "resize": resize,
    "resize bilinear": resize_bilinear,
    "slice": strided_slice,
    "split": split,
    "transposed convolution": transpose_convolution,
}
"""By what they become."""

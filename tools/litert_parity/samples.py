# SPDX-License-Identifier: MIT
"""The operators, and what each is tried on."""

from __future__ import annotations

from typing import Any

from npucore.tensor import Shape
from tools.litert_parity.sample import Draw, Maker, Sample, constant

MAP: Shape = (1, 6, 5, 4)
TYPES = {"float32": 0, "int32": 2, "uint8": 3, "int64": 4, "bool": 6, "int16": 7, "int8": 9}


def unary(low: float | None = None, high: float | None = None, **options: Any) -> Maker:
    """One operand, a result of its own quantization."""

    def make(d: Draw) -> Sample:
        return d.done([d.input(MAP, low=low, high=high)], [d.tensor(MAP, scale=0.1)], **options)

    return make


def like(**options: Any) -> Maker:
    """One operand, a result of the same quantization."""

    def make(d: Draw) -> Sample:
        x = d.input(MAP)
        return d.done([x], [d.same(x)], **options)

    return make


def binary(result: str | None = None, low: float | None = None, high: float | None = None) -> Maker:
    """Two operands, the second broadcast."""

    def make(d: Draw) -> Sample:
        operands = [d.input(MAP), d.input((5, 1), low=low, high=high)]
        return d.done(operands, [d.tensor(MAP, result, scale=0.2)])

    return make


def binary_like(d: Draw) -> Sample:
    """Two operands and a result of one quantization."""
    x = d.input(MAP)
    return d.done([x, d.input(MAP)], [d.same(x)])


def reducing(*, same: bool = False) -> Maker:
    """Over two of four axes."""

    def make(d: Draw) -> Sample:
        x = d.input(MAP, low=-3, high=3) if d.dtype in ("int32", "int64") else d.input(MAP)
        y = d.same(x, (1, 4)) if same else d.tensor((1, 4), scale=0.4)
        return d.done([x, constant([1, 2])], [y], keepDims=False)

    return make


def moved(shape: Shape, *operands: Any, source: Shape = MAP, **options: Any) -> Maker:
    """An operator that moves numbers; further operands are constants."""

    def make(d: Draw) -> Sample:
        x = d.input(source)
        return d.done([x, *(constant(o) for o in operands)], [d.same(x, shape)], **options)

    return make


def pool(**options: Any) -> Maker:
    """A window of 2 x 3."""
    sides = {"filterHeight": 2, "filterWidth": 3, "strideH": 2, "strideW": 1, "padding": 0}

    def make(d: Draw) -> Sample:
        x = d.input(MAP)
        return d.done([x], [d.same(x, (1, 3, 3, 4))], **(sides | options))

    return make


def scatter_rows(d: Draw) -> Sample:
    """Rows joined by segments."""
    x = d.input((6, 3), low=-3, high=3) if d.dtype == "int32" else d.input((6, 3))
    return d.done([x, constant([0, 1, 1, 3, 3, 3]), constant(4)], [d.same(x, (4, 3))])


def argument(d: Draw) -> Sample:
    """A place along an axis."""
    return d.done([d.input(MAP), constant(2)], [d.tensor((1, 6, 4), "int32")], outputType=2)


def cast(d: Draw) -> Sample:
    """Plain numbers of every dtype to float."""
    low, high = (0, 2) if d.dtype == "bool" else (-100, 100)
    x = d.input(MAP, low=low, high=high)
    plain = type(x)(x.shape, x.dtype)
    options = {"inDataType": TYPES[d.dtype], "outDataType": 0}
    return d.done([plain], [d.tensor(MAP, "float32")], **options)


def layer(d: Draw) -> Sample:
    """Five inputs, three outputs."""
    x, (weights, bias) = d.input((4, 5)), _weights(d, (3, 5))
    return d.done([x, weights, bias], [d.tensor((4, 3), scale=0.3)], version=_version(d))


def _weights(d: Draw, shape: Shape, axis: int = 0) -> tuple[Any, Any]:
    outputs = shape[axis]
    if d.dtype == "float32":
        return constant(d.numbers(shape, "float32"), "float32"), constant(
            d.numbers((outputs,), "float32"), "float32"
        )
    kind = "uint8" if d.dtype == "uint8" else "int8"
    data = d.numbers(shape, kind, -127, 127)
    zero = 121 if kind == "uint8" else 0
    weights = constant(data, kind, scale=0.02, zero_point=zero)
    unit = 0.02 * (0.05 / 64 if d.dtype == "int16" else 0.05)
    numbers = d.numbers((outputs,), "int32")
    bias = constant(numbers, "int64" if d.dtype == "int16" else "int32", scale=unit)
    return weights, bias


def _version(d: Draw) -> int:
    return {"int8": 4, "int16": 7}.get(d.dtype, 1)


def convolution(d: Draw) -> Sample:
    """3 x 3, six outputs."""
    x, (weights, bias) = d.input(MAP), _weights(d, (6, 3, 3, 4))
    options = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
    return d.done([x, weights, bias], [d.tensor((1, 6, 5, 6), scale=0.6)], 3, **options)


def depthwise(d: Draw) -> Sample:
    """3 x 3 for each of four channels."""
    x, (weights, bias) = d.input(MAP), _weights(d, (1, 3, 3, 4), 3)
    options = {"strideH": 1, "strideW": 1, "depthMultiplier": 1}
    more = {"dilationHFactor": 1, "dilationWFactor": 1}
    result = d.tensor((1, 6, 5, 4), scale=0.4)
    return d.done([x, weights, bias], [result], 3, **options, **more)


def transposed(d: Draw) -> Sample:
    """3 x 3, twice the size."""
    x, (weights, _) = d.input(MAP), _weights(d, (6, 3, 3, 4))
    shape = (1, 12, 10, 6)
    operands = [constant(shape), weights, x]
    return d.done(operands, [d.tensor(shape, scale=0.6)], 3, strideH=2, strideW=2)


def product(d: Draw) -> Sample:
    """Two computed matrices."""
    a, b = d.input((2, 3, 5)), d.input((2, 5, 4))
    return d.done([a, b], [d.tensor((2, 3, 4), scale=0.5)], 4)


def concatenated(d: Draw) -> Sample:
    """Two maps of one quantization."""
    x = d.input(MAP)
    y = d.same(x, (1, 6, 5, 3))
    d.values.append(d.numbers(y.shape, d.dtype))
    return d.done([x, y], [d.same(x, (1, 6, 5, 7))], axis=3)


def gathered(d: Draw) -> Sample:
    """Three places."""
    x = d.input(MAP)
    return d.done([x, constant([3, 0, 2])], [d.same(x, (1, 3, 5, 4))], axis=1)


def softmax(scale: float, low: int, high: int, **options: Any) -> Maker:
    """The result has the quantization that TFLite wants."""

    def make(d: Draw) -> Sample:
        zero = {"int8": low, "uint8": high, "int16": 0}.get(d.dtype, 0)
        step = 1 / 32768 if d.dtype == "int16" else scale
        x = d.input((2, 9))
        y = d.tensor((2, 9))
        given = step if y.scale is not None else None
        return d.done([x], [type(y)((2, 9), d.dtype, given, zero)], **options)

    return make

# SPDX-License-Identifier: MIT
"""Makers of the files of single operators that are tried."""

from __future__ import annotations

import numpy as np

from tools.litert_parity.sample import Draw, Maker, Sample, constant
from tools.litert_parity.samples import MAP

BACK = (1, 5, 6, 4)


def added(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x, d.input(MAP), d.input(MAP)], [d.same(x)])


def embedded(d: Draw) -> Sample:
    """A sample of its operator."""
    table = constant(d.numbers((6, 3), d.dtype), d.dtype)
    if d.dtype in ("int8", "uint8"):
        table = constant(d.numbers((6, 3), d.dtype), d.dtype, scale=0.1)
    return d.done([constant([2, 0, 5]), table], [d.tensor((3, 3))])


def fake(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x], [d.same(x)], min=-1.0, max=2.0, numBits=8)


def filled(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(())
    return d.done([constant([2, 3]), x], [d.same(x, (2, 3))])


def nd(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x, constant([[0, 1], [0, 5]])], [d.same(x, (2, 5, 4))])


def hot(d: Draw) -> Sample:
    """A sample of its operator."""
    on, off = (constant(np.array(n), d.dtype) for n in (1, 0))
    return d.done([d.input((4,), "int32", 0, 4), constant(5), on, off], [d.tensor((4, 5))], axis=-1)


def logic(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP), d.input((5, 1))], [d.tensor(MAP, "bool")])


def negated(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor(MAP, "bool")])


def packed(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2, 3))
    other = d.same(x)
    d.values.append(d.numbers((2, 3), d.dtype))
    return d.done([x, other], [d.same(x, (2, 2, 3))], axis=1, valuesCount=2)


def unpacked(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2, 3))
    return d.done([x], [d.same(x, (2,)) for _ in range(3)], axis=1, num=3)


def ranged(d: Draw) -> Sample:
    """A sample of its operator."""
    numbers = [constant(np.array(n), d.dtype) for n in (1, 9, 2)]
    return d.done(numbers, [d.tensor((4,))])


def counted(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor((4,), "int32")], outType=2)


def ranked(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor((), "int32")])


def resized(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x, constant([9, 8])], [d.same(x, (1, 9, 8, 4))], 3)


def sequences(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((3, 4))
    return d.done([x, constant([1, 4, 2])], [d.same(x)], seqDim=1, batchDim=0)


def scattered(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2, 3))
    return d.done([constant([[1], [3]]), x, constant([5, 3])], [d.same(x, (5, 3))])


def chosen(d: Draw) -> Sample:
    """A sample of its operator."""
    c, x = d.input((2, 3), "bool"), d.input((2, 3))
    other = d.same(x)
    d.values.append(d.numbers((2, 3), d.dtype))
    return d.done([c, x, other], [d.same(x)])


def sparse(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2,))
    zero = constant(np.zeros(()), d.dtype)
    return d.done([constant([[0, 1], [2, 2]]), constant([3, 4]), x, zero], [d.same(x, (3, 4))])


def split(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([constant(3), x], [d.same(x, (1, 6, 5, 2))] * 1 + [d.same(x, (1, 6, 5, 2))],
                  numSplits=2)  # fmt: skip


def split_v(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    results = [d.same(x, (1, 6, 5, 3)), d.same(x, (1, 6, 5, 1))]
    return d.done([x, constant([3, -1]), constant(3)], results, numSplits=2)


def sliced(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    operands = [x, constant([0, 1, 0, 0]), constant([1, 6, 5, 4]), constant([1, 2, 1, 1])]
    return d.done(operands, [d.same(x, (1, 3, 5, 4))])


def largest(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((3, 9))
    return d.done([x, constant(4)], [d.same(x, (3, 4)), d.tensor((3, 4), "int32")])


def diagonal(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2, 3))
    return d.done([x], [d.same(x, (2, 3, 3))])


def set_diagonal(d: Draw) -> Sample:
    """A sample of its operator."""
    x, y = d.input((2, 3, 3)), d.input((2, 3))
    return d.done([x, y], [d.same(x)])


def boxes(five: bool) -> Maker:
    """A sample of its operator."""

    def make(d: Draw) -> Sample:
        rows = np.sort(d.rng.uniform(0, 10, (9, 2)), -1)
        columns = np.sort(d.rng.uniform(0, 10, (9, 2)), -1)
        corners = np.stack([rows[:, 0], columns[:, 0], rows[:, 1], columns[:, 1]], -1)
        boxes, scores = constant(corners, "float32"), d.input((9,), low=0, high=1)
        numbers = [
            constant(np.array(n), "float32") for n in ((0.3, 0.2, 0.5) if five else (0.3, 0.2))
        ]
        places, count = d.tensor((6,), "int32"), d.tensor((), "int32")
        results = [places, d.tensor((6,)), count] if five else [places, count]
        return d.done([boxes, scores, constant(6), *numbers], results)

    return make


def cube(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((1, 4, 5, 4, 2))
    weights, bias = constant(d.numbers((2, 3, 2, 2, 3), d.dtype), d.dtype), d.numbers((3,), d.dtype)
    ones = {"strideD": 1, "strideH": 2, "strideW": 1}
    ones |= {f"dilation{axis}Factor": 1 for axis in "DHW"}
    operands = [x, weights, constant(bias, d.dtype)]
    return d.done(operands, [d.tensor((1, 4, 3, 4, 3))], **ones)


def cube_back(d: Draw) -> Sample:
    """A sample of its operator."""
    x, shape = d.input((1, 2, 3, 2, 3)), (1, 4, 6, 4, 2)
    weights = constant(d.numbers((2, 3, 2, 2, 3), d.dtype), d.dtype)
    twos = {f"stride{axis}": 2 for axis in "DHW"}
    twos |= {f"dilation{axis}Factor": 1 for axis in "DHW"}
    return d.done([constant(shape), weights, x], [d.tensor(shape)], **twos)


def spectrum(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input((2, 4, 8)), constant([4, 8])], [d.tensor((2, 4, 5), "complex64")])


def part(d: Draw) -> Sample:
    """A sample of its operator."""
    data = (d.numbers((2, 3), "float32") + 1j * d.numbers((2, 3), "float32")).astype(np.complex64)
    return d.done([constant(data, "complex64")], [d.tensor((2, 3), "float32")])


def bits(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((2, 4))
    return d.done([type(x)(x.shape, x.dtype)], [d.tensor((2, 4), "int32")])


def dilated(d: Draw) -> Sample:
    """A sample of its operator."""
    x, zero = d.input((2, 3)), constant(np.zeros(()), d.dtype)
    return d.done([x, constant([2, 3]), zero], [d.same(x, (3, 7))])


def updated(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((4, 5))
    part = d.same(x, (2, 2))
    d.values.append(d.numbers((2, 2), d.dtype))
    return d.done([x, part, constant([3, 1])], [d.same(x)])


def buckets(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor(MAP, "int32")], boundaries=[-0.5, 0.0, 1.0])


def quantized(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor(MAP, "int8", 0.08)])


def real(d: Draw) -> Sample:
    """A sample of its operator."""
    return d.done([d.input(MAP)], [d.tensor(MAP, "float32")])


def slopes(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    alpha = d.tensor((1, 1, 4), scale=0.02)
    slopes = type(alpha)((1, 1, 4), d.dtype, alpha.scale, alpha.zero_point,
                         data=d.numbers((1, 1, 4), d.dtype))  # fmt: skip
    return d.done([x, slopes], [d.tensor(MAP, scale=0.1)])


def sums(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input((6, 3))
    return d.done([x, constant([0, 0, 1, 1, 1, 3])], [d.same(x, (4, 3))])


def normal(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    zero = {"int8": 0, "uint8": 128}.get(d.dtype, 0)
    y = type(x)(MAP, d.dtype, 1 / 128 if x.scale is not None else None, zero)
    return d.done([x], [y])


def flat(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x, constant([6, 20])], [d.same(x, (6, 20))])


def squeezed(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    return d.done([x], [d.same(x, (6, 5, 4))], squeezeDims=[0])


def half(d: Draw) -> Sample:
    """A sample of its operator."""
    if d.dtype == "float32":
        data = d.numbers(MAP, "float32").astype(np.float16)
        return d.done([constant(data, np.float16)], [d.tensor(MAP, "float32")])
    return real(d)


def padded(d: Draw) -> Sample:
    """A sample of its operator."""
    x = d.input(MAP)
    number = constant(np.array(2), d.dtype)
    if x.scale is not None:
        number = constant(np.array(2), d.dtype, scale=x.scale, zero_point=x.zero_point)
    counts = constant([[0, 0], [2, 1], [1, 0], [0, 0]])
    return d.done([x, counts, number], [d.same(x, (1, 9, 6, 4))])

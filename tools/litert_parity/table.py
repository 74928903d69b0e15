# SPDX-License-Identifier: MIT
"""Operator -> what it is tried on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tools.litert_parity.sample import Draw, Maker, Sample, constant
from tools.litert_parity.samples import (
    MAP,
    argument,
    binary,
    binary_like,
    cast,
    concatenated,
    convolution,
    depthwise,
    gathered,
    layer,
    like,
    moved,
    pool,
    product,
    reducing,
    scatter_rows,
    softmax,
    transposed,
    unary,
)

BACK = (1, 5, 6, 4)


def _added(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x, d.input(MAP), d.input(MAP)], [d.same(x)])


def _embedded(d: Draw) -> Sample:
    table = constant(d.numbers((6, 3), d.dtype), d.dtype)
    if d.dtype in ("int8", "uint8"):
        table = constant(d.numbers((6, 3), d.dtype), d.dtype, scale=0.1)
    return d.done([constant([2, 0, 5]), table], [d.tensor((3, 3))])


def _fake(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x], [d.same(x)], min=-1.0, max=2.0, numBits=8)


def _filled(d: Draw) -> Sample:
    x = d.input(())
    return d.done([constant([2, 3]), x], [d.same(x, (2, 3))])


def _nd(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x, constant([[0, 1], [0, 5]])], [d.same(x, (2, 5, 4))])


def _hot(d: Draw) -> Sample:
    on, off = (constant(np.array(n), d.dtype) for n in (1, 0))
    return d.done([d.input((4,), "int32", 0, 4), constant(5), on, off], [d.tensor((4, 5))], axis=-1)


def _logic(d: Draw) -> Sample:
    return d.done([d.input(MAP), d.input((5, 1))], [d.tensor(MAP, "bool")])


def _negated(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor(MAP, "bool")])


def _packed(d: Draw) -> Sample:
    x = d.input((2, 3))
    other = d.same(x)
    d.values.append(d.numbers((2, 3), d.dtype))
    return d.done([x, other], [d.same(x, (2, 2, 3))], axis=1, valuesCount=2)


def _unpacked(d: Draw) -> Sample:
    x = d.input((2, 3))
    return d.done([x], [d.same(x, (2,)) for _ in range(3)], axis=1, num=3)


def _ranged(d: Draw) -> Sample:
    numbers = [constant(np.array(n), d.dtype) for n in (1, 9, 2)]
    return d.done(numbers, [d.tensor((4,))])


def _counted(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor((4,), "int32")], outType=2)


def _ranked(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor((), "int32")])


def _resized(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x, constant([9, 8])], [d.same(x, (1, 9, 8, 4))], 3)


def _sequences(d: Draw) -> Sample:
    x = d.input((3, 4))
    return d.done([x, constant([1, 4, 2])], [d.same(x)], seqDim=1, batchDim=0)


def _scattered(d: Draw) -> Sample:
    x = d.input((2, 3))
    return d.done([constant([[1], [3]]), x, constant([5, 3])], [d.same(x, (5, 3))])


def _chosen(d: Draw) -> Sample:
    c, x = d.input((2, 3), "bool"), d.input((2, 3))
    other = d.same(x)
    d.values.append(d.numbers((2, 3), d.dtype))
    return d.done([c, x, other], [d.same(x)])


def _sparse(d: Draw) -> Sample:
    x = d.input((2,))
    zero = constant(np.zeros(()), d.dtype)
    return d.done([constant([[0, 1], [2, 2]]), constant([3, 4]), x, zero], [d.same(x, (3, 4))])


def _split(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([constant(3), x], [d.same(x, (1, 6, 5, 2))] * 1 + [d.same(x, (1, 6, 5, 2))],
                  numSplits=2)  # fmt: skip


def _split_v(d: Draw) -> Sample:
    x = d.input(MAP)
    results = [d.same(x, (1, 6, 5, 3)), d.same(x, (1, 6, 5, 1))]
    return d.done([x, constant([3, -1]), constant(3)], results, numSplits=2)


def _sliced(d: Draw) -> Sample:
    x = d.input(MAP)
    operands = [x, constant([0, 1, 0, 0]), constant([1, 6, 5, 4]), constant([1, 2, 1, 1])]
    return d.done(operands, [d.same(x, (1, 3, 5, 4))])


def _largest(d: Draw) -> Sample:
    x = d.input((3, 9))
    return d.done([x, constant(4)], [d.same(x, (3, 4)), d.tensor((3, 4), "int32")])


def _diagonal(d: Draw) -> Sample:
    x = d.input((2, 3))
    return d.done([x], [d.same(x, (2, 3, 3))])


def _set_diagonal(d: Draw) -> Sample:
    x, y = d.input((2, 3, 3)), d.input((2, 3))
    return d.done([x, y], [d.same(x)])


def _boxes(five: bool) -> Maker:
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


def _cube(d: Draw) -> Sample:
    x = d.input((1, 4, 5, 4, 2))
    weights, bias = constant(d.numbers((2, 3, 2, 2, 3), d.dtype), d.dtype), d.numbers((3,), d.dtype)
    ones = {"strideD": 1, "strideH": 2, "strideW": 1}
    ones |= {f"dilation{axis}Factor": 1 for axis in "DHW"}
    operands = [x, weights, constant(bias, d.dtype)]
    return d.done(operands, [d.tensor((1, 4, 3, 4, 3))], **ones)


def _cube_back(d: Draw) -> Sample:
    x, shape = d.input((1, 2, 3, 2, 3)), (1, 4, 6, 4, 2)
    weights = constant(d.numbers((2, 3, 2, 2, 3), d.dtype), d.dtype)
    twos = {f"stride{axis}": 2 for axis in "DHW"}
    twos |= {f"dilation{axis}Factor": 1 for axis in "DHW"}
    return d.done([constant(shape), weights, x], [d.tensor(shape)], **twos)


def _spectrum(d: Draw) -> Sample:
    return d.done([d.input((2, 4, 8)), constant([4, 8])], [d.tensor((2, 4, 5), "complex64")])


def _part(d: Draw) -> Sample:
    data = (d.numbers((2, 3), "float32") + 1j * d.numbers((2, 3), "float32")).astype(np.complex64)
    return d.done([constant(data, "complex64")], [d.tensor((2, 3), "float32")])


def _bits(d: Draw) -> Sample:
    x = d.input((2, 4))
    return d.done([type(x)(x.shape, x.dtype)], [d.tensor((2, 4), "int32")])


def _dilated(d: Draw) -> Sample:
    x, zero = d.input((2, 3)), constant(np.zeros(()), d.dtype)
    return d.done([x, constant([2, 3]), zero], [d.same(x, (3, 7))])


def _updated(d: Draw) -> Sample:
    x = d.input((4, 5))
    part = d.same(x, (2, 2))
    d.values.append(d.numbers((2, 2), d.dtype))
    return d.done([x, part, constant([3, 1])], [d.same(x)])


def _buckets(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor(MAP, "int32")], boundaries=[-0.5, 0.0, 1.0])


def _quantized(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor(MAP, "int8", 0.08)])


def _real(d: Draw) -> Sample:
    return d.done([d.input(MAP)], [d.tensor(MAP, "float32")])


def _slopes(d: Draw) -> Sample:
    x = d.input(MAP)
    alpha = d.tensor((1, 1, 4), scale=0.02)
    slopes = type(alpha)((1, 1, 4), d.dtype, alpha.scale, alpha.zero_point,
                         data=d.numbers((1, 1, 4), d.dtype))  # fmt: skip
    return d.done([x, slopes], [d.tensor(MAP, scale=0.1)])


def _sums(d: Draw) -> Sample:
    x = d.input((6, 3))
    return d.done([x, constant([0, 0, 1, 1, 1, 3])], [d.same(x, (4, 3))])


def _normal(d: Draw) -> Sample:
    x = d.input(MAP)
    zero = {"int8": 0, "uint8": 128}.get(d.dtype, 0)
    y = type(x)(MAP, d.dtype, 1 / 128 if x.scale is not None else None, zero)
    return d.done([x], [y])


def _flat(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x, constant([6, 20])], [d.same(x, (6, 20))])


def _squeezed(d: Draw) -> Sample:
    x = d.input(MAP)
    return d.done([x], [d.same(x, (6, 5, 4))], squeezeDims=[0])


def _half(d: Draw) -> Sample:
    if d.dtype == "float32":
        data = d.numbers(MAP, "float32").astype(np.float16)
        return d.done([constant(data, np.float16)], [d.tensor(MAP, "float32")])
    return _real(d)


TABLE: Mapping[str, Maker] = {
    "ABS": unary(), "ADD": binary(), "ADD_N": _added, "ARG_MAX": argument, "ARG_MIN": argument,
    "ATAN2": binary(), "AVERAGE_POOL_2D": pool(), "BATCH_MATMUL": product,
    "BATCH_TO_SPACE_ND": moved((1, 4, 6, 3), [2, 2], [[0, 0], [0, 0]], source=(4, 2, 3, 3)),
    "BITCAST": _bits, "BITWISE_XOR": binary_like, "BROADCAST_ARGS": lambda d: d.done(
        [constant([2, 1]), constant([3])], [d.tensor((2,), "int32")]),
    "BROADCAST_TO": moved((2, 6, 5, 4), [2, 6, 5, 4]), "BUCKETIZE": _buckets, "CAST": cast,
    "CEIL": unary(), "COMPLEX_ABS": _part, "CONCATENATION": concatenated, "CONV_2D": convolution,
    "CONV_3D": _cube, "CONV_3D_TRANSPOSE": _cube_back, "COS": unary(),
    "CUMSUM": moved(MAP, np.int32(2)), "DEPTHWISE_CONV_2D": depthwise,
    "DEPTH_TO_SPACE": moved((1, 12, 10, 1), blockSize=2), "DEQUANTIZE": _half, "DILATE": _dilated,
    "DIV": binary(low=1, high=50), "DYNAMIC_UPDATE_SLICE": _updated, "ELU": unary(),
    "EMBEDDING_LOOKUP": _embedded, "EQUAL": binary("bool"), "EXP": unary(-3, 3),
    "EXPAND_DIMS": moved((1, 1, 6, 5, 4), np.int32(1)), "FAKE_QUANT": _fake, "FILL": _filled,
    "FLOOR": unary(), "FLOOR_DIV": binary(low=1, high=50), "FLOOR_MOD": binary(low=1, high=50),
    "FULLY_CONNECTED": layer, "GATHER": gathered, "GATHER_ND": _nd, "GELU": unary(),
    "GREATER": binary("bool"), "GREATER_EQUAL": binary("bool"), "HARD_SWISH": unary(),
    "IMAG": _part, "L2_NORMALIZATION": _normal, "L2_POOL_2D": pool(),
    "LEAKY_RELU": unary(alpha=0.2),
    "LESS": binary("bool"), "LESS_EQUAL": binary("bool"),
    "LOCAL_RESPONSE_NORMALIZATION": like(radius=2, bias=1.0, alpha=0.5, beta=0.7),
    "LOG": unary(0.1, 9), "LOGICAL_AND": _logic, "LOGICAL_NOT": _negated, "LOGICAL_OR": _logic,
    "LOGISTIC": softmax(1 / 256, -128, 0), "LOG_SOFTMAX": softmax(16 / 256, 127, 255),
    "MATRIX_DIAG": _diagonal, "MATRIX_SET_DIAG": _set_diagonal, "MAXIMUM": binary_like,
    "MAX_POOL_2D": pool(), "MEAN": reducing(), "MINIMUM": binary_like,
    "MIRROR_PAD": moved((1, 9, 6, 4), [[0, 0], [2, 1], [1, 0], [0, 0]], mode=0), "MUL": binary(),
    "NEG": unary(), "NON_MAX_SUPPRESSION_V4": _boxes(False), "NON_MAX_SUPPRESSION_V5": _boxes(True),
    "NOT_EQUAL": binary("bool"), "ONE_HOT": _hot, "PACK": _packed,
    "PAD": moved((1, 9, 6, 4), [[0, 0], [2, 1], [1, 0], [0, 0]]),
    "PADV2": lambda d: _padded(d), "POW": binary(low=0, high=3), "PRELU": _slopes,
    "QUANTIZE": _quantized, "RANGE": _ranged, "RANK": _ranked, "REAL": _part,
    "REDUCE_ALL": reducing(), "REDUCE_ANY": reducing(), "REDUCE_MAX": reducing(same=True),
    "REDUCE_MIN": reducing(same=True), "REDUCE_PROD": reducing(), "RELU": unary(),
    "RELU6": unary(), "RELU_0_TO_1": unary(), "RELU_N1_TO_1": unary(), "RESHAPE": _flat,
    "RESIZE_BILINEAR": _resized, "RESIZE_NEAREST_NEIGHBOR": _resized,
    "REVERSE_SEQUENCE": _sequences, "REVERSE_V2": moved(MAP, [1]), "RFFT2D": _spectrum,
    "RIGHT_SHIFT": lambda d: d.done([d.input(MAP), d.input(MAP, low=0, high=3)], [d.tensor(MAP)]),
    "ROUND": unary(), "RSQRT": unary(4, 100), "SCATTER_ND": _scattered, "SEGMENT_SUM": _sums,
    "SELECT": _chosen, "SELECT_V2": _chosen, "SHAPE": _counted, "SIGN": unary(), "SIN": unary(),
    "SLICE": moved((1, 2, 3, 4), [0, 1, 2, 0], [1, 2, -1, 4]),
    "SOFTMAX": softmax(1 / 256, -128, 0, beta=1.0),
    "SPACE_TO_BATCH_ND": moved((4, 3, 3, 4), [2, 2], [[0, 0], [0, 1]]),
    "SPACE_TO_DEPTH": moved((1, 3, 2, 16), source=(1, 6, 4, 4), blockSize=2),
    "SPARSE_TO_DENSE": _sparse, "SPLIT": _split, "SPLIT_V": _split_v, "SQRT": unary(4, 100),
    "SQUARE": unary(), "SQUARED_DIFFERENCE": binary(), "SQUEEZE": _squeezed,
    "STABLEHLO_ADD": binary_like, "STABLEHLO_MAXIMUM": binary_like,
    "STABLEHLO_MINIMUM": binary_like, "STABLEHLO_MULTIPLY": binary_like,
    "STABLEHLO_SHIFT_LEFT": lambda d: d.done(
        [d.input(MAP), d.input(MAP, low=0, high=3)], [d.tensor(MAP)]),
    "STRIDED_SLICE": _sliced, "SUB": binary(), "SUM": reducing(), "TANH": softmax(1 / 128, 0, 128),
    "TILE": moved((2, 6, 15, 4), [2, 1, 3, 1]), "TOPK_V2": _largest,
    "TRANSPOSE": moved(BACK, [0, 2, 1, 3]), "TRANSPOSE_CONV": transposed, "UNPACK": _unpacked,
    "UNSORTED_SEGMENT_MAX": scatter_rows, "UNSORTED_SEGMENT_MIN": scatter_rows,
    "UNSORTED_SEGMENT_PROD": scatter_rows, "UNSORTED_SEGMENT_SUM": scatter_rows,
    "ZEROS_LIKE": like(),
}  # fmt: skip
"""Operators without a state -> what makes their samples."""


def _padded(d: Draw) -> Sample:
    x = d.input(MAP)
    number = constant(np.array(2), d.dtype)
    if x.scale is not None:
        number = constant(np.array(2), d.dtype, scale=x.scale, zero_point=x.zero_point)
    counts = constant([[0, 0], [2, 1], [1, 0], [0, 0]])
    return d.done([x, counts, number], [d.same(x, (1, 9, 6, 4))])

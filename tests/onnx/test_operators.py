# SPDX-License-Identifier: MIT
"""Every float operator against ONNX Runtime, on files that are written here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore.tensor import Array
from npucore_onnx.ops import own
from tests.material.onnx.runtime import assert_equals_runtime
from tests.material.onnx.write import single

RNG = np.random.default_rng(6)
BOOL = {"results": (np.bool_,)}
CORNERS = {"coordinate_transformation_mode": "align_corners"}
INT64 = {"results": (np.int64,)}


def f(*shape: int) -> Array:
    return RNG.normal(size=shape).astype(np.float32)


def ints(*numbers: int) -> Array:
    return np.array(numbers, np.int64)


def bools(*shape: int) -> Array:
    return np.asarray(RNG.random(shape) < 0.5)


MAP = f(2, 6, 9, 8)
ROW = f(2, 6, 17)
POSITIVE = np.abs(f(3, 40)) + np.float32(0.01)
CHANNELS = [f(6), f(6), f(6), np.abs(f(6)) + np.float32(0.1)]
PAIR = [f(2, 3, 4, 5), f(3, 1, 5)]
GEMM = [f(4, 7), f(7, 5), f(5)]

Case = tuple[str, list[Any], dict[str, Any]]
CASES: list[Case] = [
    *((name, [f(3, 40)], {}) for name in ("Abs", "Ceil", "Erf", "Exp", "Floor", "HardSwish")),
    *((name, [f(3, 40)], {}) for name in ("LeakyRelu", "Neg", "Reciprocal", "Relu", "Round")),
    *((name, [f(3, 40)], {}) for name in ("Sigmoid", "Tanh", "Identity", "HardSigmoid")),
    *((name, [POSITIVE], {}) for name in ("Log", "Sqrt")),
    *((name, PAIR, {"computed": 2}) for name in ("Add", "Sub", "Mul", "Div", "Max", "Min")),
    *((name, PAIR, {"computed": 1}) for name in ("Add", "Sub", "Mul", "Div", "Max", "Min")),
    *((name, PAIR, {"computed": 2} | BOOL) for name in ("Less", "Greater")),
    ("Equal", [np.rint(f(9, 9)), np.rint(f(9, 9))], {"computed": 2} | BOOL),
    ("IsNaN", [np.where(bools(9, 9), f(9, 9), np.float32("nan"))], BOOL),
    *((n, [bools(4, 5), bools(5)], {"computed": 2} | BOOL) for n in ("And", "Or", "Xor")),
    ("Not", [bools(4, 5)], BOOL),
    ("Where", [bools(4, 5), f(4, 5), f(5)], {"computed": 3}),
    ("Sum", [f(4, 5), f(5), f(4, 1)], {"computed": 3}),
    ("Max", [f(4, 50), f(50), f(4, 1)], {"computed": 3}),
    ("Pow", [POSITIVE, np.float32(1.7)], {}),
    ("Pow", [f(3, 40), np.float32(2)], {}),
    ("Pow", [POSITIVE, np.float32(0.5)], {}),
    ("PRelu", [MAP, f(6, 1, 1)], {}),
    ("Clip", [f(3, 40), np.float32(-0.3), np.float32(0.7)], {}),
    ("Clip", [f(3, 40), np.float32(0), np.float32(6)], {}),
    ("Clip", [f(3, 40), None, np.float32(0.5)], {}),
    ("Clip", [f(3, 40)], {"opset": 10, "min": -0.5, "max": 0.5}),
    ("Cast", [f(3, 40) * 50], {"to": 6, "results": (np.int32,)}),
    ("CastLike", [f(3, 40) * 50, np.int32(0)], {"results": (np.int32,)}),
    ("Conv", [MAP, f(5, 6, 3, 2), f(5)], {"pads": [1, 0, 2, 1], "strides": [2, 1]}),
    ("Conv", [MAP, f(6, 1, 3, 3)], {"group": 6, "auto_pad": "SAME_LOWER"}),
    ("Conv", [MAP, f(9, 2, 3, 3)], {"group": 3, "dilations": [2, 2]}),
    ("Conv", [ROW, f(5, 6, 4), f(5)], {"pads": [2, 1], "strides": [2]}),
    ("ConvTranspose", [MAP, f(6, 5, 3, 3), f(5)], {"strides": [2, 2], "output_padding": [1, 0]}),
    ("ConvTranspose", [MAP, f(6, 2, 3, 2)], {"group": 3, "pads": [1, 0, 1, 1]}),
    ("ConvTranspose", [MAP, f(6, 5, 2, 2)], {"dilations": [2, 3]}),
    ("ConvTranspose", [MAP, f(6, 5, 3, 3)], {"strides": [2, 2], "output_shape": [18, 16]}),
    ("ConvTranspose", [ROW, f(6, 5, 3)], {"strides": [2]}),
    ("MaxPool", [MAP], {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 1]}),
    ("MaxPool", [MAP], {"kernel_shape": [2, 3], "strides": [2, 2], "ceil_mode": 1}),
    ("MaxPool", [ROW], {"kernel_shape": [3], "strides": [2]}),
    ("AveragePool", [MAP], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    ("AveragePool", [MAP], {"kernel_shape": [3, 3], "pads": [1, 0, 0, 1], "count_include_pad": 1}),
    ("AveragePool", [MAP], {"kernel_shape": [2, 2], "strides": [2, 3], "ceil_mode": 1}),
    ("GlobalAveragePool", [MAP], {}),
    ("GlobalMaxPool", [MAP], {}),
    ("BatchNormalization", [MAP, *CHANNELS], {}),
    ("InstanceNormalization", [MAP, f(6), f(6)], {}),
    ("Gemm", GEMM, {"alpha": 0.5, "beta": 2.0}),
    ("Gemm", [f(7, 4), f(5, 7), f(4, 5)], {"transA": 1, "transB": 1}),
    ("Gemm", [*GEMM[:2], f(4, 1)], {"computed": 3, "alpha": 0.7}),
    ("MatMul", [f(2, 3, 7), f(7, 5)], {}),
    ("MatMul", [f(2, 1, 3, 7), f(4, 7, 5)], {"computed": 2}),
    ("MatMul", [f(7), f(4, 7, 5)], {"computed": 2}),
    ("MatMul", [f(4, 7, 5), f(5)], {"computed": 2}),
    ("Softmax", [f(3, 4, 50)], {"axis": 1}),
    ("Softmax", [f(3, 4, 50)], {}),
    ("Softmax", [f(3, 4, 50)], {"opset": 11, "axis": 1}),
    ("ReduceMean", [MAP], {"axes": [2, 3]}),
    ("ReduceMean", [MAP, ints(1)], {"opset": 18, "keepdims": 0}),
    ("ReduceSum", [MAP, ints(-1, 1)], {"keepdims": 0}),
    ("ReduceSum", [MAP], {"opset": 11}),
    *((n, [MAP], {"axes": [1, 3]}) for n in ("ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2")),
    ("ReduceSumSquare", [MAP], {"axes": [0], "keepdims": 0}),
    ("ArgMax", [MAP], {"axis": 1} | INT64),
    ("ArgMax", [np.rint(MAP)], {"axis": 2, "keepdims": 0, "select_last_index": 1} | INT64),
    ("ArgMin", [np.rint(MAP)], {"axis": -1} | INT64),
    ("Concat", [MAP, MAP[:, :2]], {"computed": 2, "axis": 1}),
    ("Split", [MAP, ints(1, 3, 2)], {"axis": 1, "results": (np.float32,) * 3}),
    ("Split", [MAP], {"axis": 3, "opset": 11, "results": (np.float32,) * 2}),
    ("Slice", [MAP, ints(7, 0), ints(-99, 4), ints(2, 1), ints(-2, 3)], {}),
    ("Slice", [MAP], {"opset": 9, "starts": [1, -4], "ends": [9, 99], "axes": [1, 2]}),
    ("Pad", [MAP, ints(0, 1, 2, 0, 0, 0, -3, 1), np.float32(0.5)], {}),
    ("Pad", [MAP], {"opset": 9, "pads": [0, 0, 1, 1, 0, 0, 2, 2], "mode": "reflect"}),
    ("Pad", [MAP, ints(0, 0, 1, 1, 0, 0, 2, 2)], {"mode": "edge"}),
    ("Reshape", [MAP, ints(0, -1, 4)], {}),
    ("Flatten", [MAP], {"axis": 2}),
    ("Squeeze", [f(1, 6, 1, 9), ints(-2)], {}),
    ("Squeeze", [f(1, 6, 1, 9)], {"opset": 11}),
    ("Unsqueeze", [f(6, 9), ints(0, -1)], {}),
    ("Unsqueeze", [f(6, 9)], {"opset": 11, "axes": [1, 3]}),
    ("Transpose", [MAP], {"perm": [2, 0, 3, 1]}),
    ("Transpose", [MAP], {}),
    ("Expand", [f(3, 1, 5), ints(2, 3, 4, 1)], {}),
    ("Tile", [f(3, 4), ints(2, 3)], {}),
    ("DepthToSpace", [f(2, 12, 3, 4)], {"blocksize": 2}),
    ("DepthToSpace", [f(2, 12, 3, 4)], {"blocksize": 2, "mode": "CRD"}),
    ("SpaceToDepth", [f(2, 3, 6, 4)], {"blocksize": 2}),
    ("Gather", [MAP, ints(2, -1, 0)], {"axis": 1}),
    ("Gather", [MAP, np.array(-2)], {"axis": 2}),
    ("Gather", [MAP, np.array([[1, 2], [0, -1]])], {"computed": 2, "axis": 3}),
    ("GatherND", [MAP, np.array([[1, 2], [0, -1]])], {}),
    ("Trilu", [f(3, 5, 6), np.array(-1)], {"upper": 0}),
    ("Dropout", [f(3, 40)], {}),
    ("Upsample", [MAP, np.array([1, 1, 2, 3], np.float32)], {"opset": 9}),
    ("Resize", [MAP, None, np.array([1, 1, 2, 2], np.float32)], {}),
    ("Resize", [MAP, None, None, ints(2, 6, 5, 20)], {"mode": "linear"}),
    # Aligned corners at a scale that does not go in: ONNX Runtime and ONNX's own tests disagree.
    ("Resize", [MAP, None, np.array([1, 1, 2, 2], np.float32)], CORNERS | {"mode": "linear"}),
    ("Resize", [MAP, None, np.array([1, 1, 2, 3], np.float32)], CORNERS),
    ("Resize", [MAP, None, None, ints(2, 6, 18, 16)], {"mode": "cubic", "antialias": 0}),
    ("Resize", [MAP, None, None, ints(5, 5)], {"mode": "linear", "axes": [2, 3], "antialias": 1}),
    ("Resize", [MAP, np.array([1, 1, 2, 2], np.float32)], {"opset": 10, "mode": "linear"}),
    *(
        ("Resize", [MAP, None, np.array([1, 1, s, s], np.float32)], {"mode": m} | options)
        for s in (0.7, 2.0)
        for m in ("nearest", "linear")
        for options in (
            {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
            {"coordinate_transformation_mode": "pytorch_half_pixel", "nearest_mode": "ceil"},
        )
    ),
]
CASES += [
    *((n, [f(3, 40) / 9], {"opset": 22}) for n in ("Acos", "Asin", "Atanh")),
    *((n, [f(3, 40)], {"opset": 22}) for n in ("Asinh", "Atan", "Cos", "Cosh")),
    *((n, [f(3, 40)], {"opset": 22}) for n in ("Sin", "Sinh", "Tan")),
    ("Acosh", [POSITIVE + 1], {}),
    *((n, [f(3, 40)], {}) for n in ("Celu", "Elu", "Selu", "Softplus", "Softsign", "Sign")),
    *((n, [f(3, 40)], {"alpha": 0.7}) for n in ("Elu", "ThresholdedRelu")),
    ("Mish", [f(3, 40)], {"opset": 18}),
    ("Shrink", [f(3, 40)], {"bias": 0.2, "lambd": 0.4}),
    ("IsInf", [np.where(bools(9, 9), f(9, 9), np.float32("inf"))], BOOL),
    *((n, PAIR, {"computed": 2} | BOOL) for n in ("LessOrEqual", "GreaterOrEqual")),
    ("Mod", [ints(7, -7, 9), ints(3, 3, -4)], {"computed": 2} | INT64),
    ("Mod", [f(4, 20) * 9, f(20)], {"computed": 2, "fmod": 1}),
    *((n, [ints(12, 7, 9), ints(10, 3, 4)], {"opset": 18, "computed": 2} | INT64)
      for n in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")),
    ("BitwiseNot", [ints(12, -7, 9)], {"opset": 18} | INT64),
    ("BitShift", [np.arange(9, dtype=np.uint32), np.arange(9, dtype=np.uint32)],
     {"computed": 2, "direction": "LEFT", "results": (np.uint32,)}),
    ("Div", [ints(7, -7, 9), ints(3, 3, -4)], {"computed": 2} | INT64),
    ("LayerNormalization", [f(3, 4, 50), f(50), f(50)], {"opset": 17}),
    ("GroupNormalization", [MAP, f(3), f(3)], {"opset": 18, "num_groups": 3}),
    ("GroupNormalization", [MAP, f(6), f(6)], {"opset": 21, "num_groups": 3}),
    ("MeanVarianceNormalization", [MAP], {}),
    ("RMSNormalization", [f(3, 50), f(50)], {"opset": 23}),
    ("LpNormalization", [f(3, 40)], {"axis": 0}),
    ("LpNormalization", [f(3, 40)], {"p": 1}),
    ("LRN", [MAP], {"size": 3, "alpha": 0.5}),
    ("LogSoftmax", [f(3, 4, 50)], {"axis": 1}),
    ("Hardmax", [f(3, 4, 50)], {}),
    ("ReduceLogSumExp", [MAP], {"axes": [1, 2]}),
    ("ReduceProd", [MAP], {"axes": [1]}),
    ("CumSum", [MAP, np.array(1)], {"exclusive": 1, "reverse": 1}),
    ("TopK", [f(4, 50), ints(7)], {"results": (np.float32, np.int64)}),
    ("TopK", [f(9, 50), ints(7)], {"axis": 0, "largest": 0, "results": (np.float32, np.int64)}),
    ("OneHot", [ints(1, -2, 9), np.array(5), np.array([2, 7], np.float32)], {}),
    ("Compress", [MAP, np.array([True, False, True, True])], {"axis": 2}),
    ("GatherElements", [f(4, 5), np.array([[1, 2], [-1, 0]])], {"axis": 1, "computed": 2}),
    ("ScatterElements", [f(4, 5), np.array([[1, 2], [3, 0]]), f(2, 2)], {"computed": 3}),
    ("ScatterElements", [f(4, 5), np.array([[1, 1]]), f(1, 2)], {"opset": 18, "reduction": "add"}),
    ("Scatter", [f(4, 5), np.array([[1, 2], [3, 0]]), f(2, 2)], {"opset": 9}),
    ("ScatterND", [f(4, 5), np.array([[1], [3]]), f(2, 5)], {"computed": 3}),
    ("ReverseSequence", [f(4, 3, 2), ints(4, 1, 3)], {"computed": 2}),
    ("Mean", [f(4, 5), f(5), f(4, 1)], {"computed": 3}),
    ("Einsum", [f(2, 3, 4), f(2, 4, 5)], {"computed": 2, "equation": "...ij,...jk->...ik"}),
    ("GridSample", [MAP, f(2, 4, 5, 2)], {"opset": 20, "computed": 2, "mode": "linear"}),
    ("LSTM", [f(5, 2, 3), f(2, 16, 3), f(2, 16, 4), f(2, 32)],
     {"hidden_size": 4, "direction": "bidirectional", "results": (np.float32,) * 3}),
    ("GRU", [f(5, 2, 3), f(1, 12, 3), f(1, 12, 4), f(1, 24)],
     {"hidden_size": 4, "linear_before_reset": 1, "results": (np.float32,) * 2}),
    ("RNN", [f(5, 2, 3), f(1, 4, 3), f(1, 4, 4), f(1, 8)],
     {"hidden_size": 4, "direction": "reverse", "results": (np.float32,) * 2}),
]  # fmt: skip
BY_NODE_TESTS = {"CumProd", "Swish"}
"""Operators that ONNX Runtime does not have: ONNX's own node tests judge them."""
OPS = Path(__file__).parents[1] / "ops"
FEW = {"Hardmax", "Round", "Sign"}  # their answers are of few values
ELSEWHERE = {"ConvInteger", "DequantizeLinear", "MatMulInteger", "QuantizeLinear"}


@pytest.mark.parametrize(
    ("operator", "arrays", "options"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_an_operator_equals_onnx_runtime(
    operator: str, arrays: list[Any], options: dict[str, Any]
) -> None:
    if operator == "Resize" and options.keys() & {"antialias", "axes"}:
        options = {"opset": 18} | options
    data, inputs = single(operator, arrays, **options)
    distinct = 2 if "results" in options or operator in FEW else 5
    assert_equals_runtime(data, inputs, distinct=distinct)


def test_every_operator_has_a_line_here_or_a_test_of_its_op() -> None:
    files = "".join(path.read_text() for path in OPS.glob("test_*.py"))
    apart = {operator for operator in own() if f'single("{operator}"' in files}
    here = {operator for operator, _, _ in CASES} | ELSEWHERE | BY_NODE_TESTS
    assert own().keys() == here | apart

# SPDX-License-Identifier: MIT
"""Each operator computes what numpy does, and what OpenVINO does where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.tensor import Array
from npucore_openvino.operators import REFUSED, WITHOUT_A_NODE, builders
from tests.material.openvino.judge import INSTALLED, judged
from tests.material.openvino.write import Ir, single

RNG = np.random.default_rng(3)
X = RNG.normal(size=(1, 4, 6, 6)).astype(np.float32)
ROW = RNG.normal(size=(2, 8)).astype(np.float32)
WEIGHTS = RNG.normal(size=(8, 3)).astype(np.float32)
SLOPES = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
MASKS: dict[str, Any] = {
    "begin_mask": "1,0",
    "end_mask": "1,0",
    "new_axis_mask": "0,0",
    "shrink_axis_mask": "0,1",
}
POOL: dict[str, Any] = {
    "strides": "2,2",
    "pads_begin": "0,0",
    "pads_end": "0,0",
    "rounding_type": "floor",
}
EXPLICIT: dict[str, Any] = {
    "strides": "1,1",
    "dilations": "1,1",
    "pads_begin": "0,0",
    "pads_end": "0,0",
}
POINTS = RNG.normal(size=(4, 4, 1, 1)).astype(np.float32)
CORNERS: dict[str, Any] = {
    "mode": "nearest",
    "shape_calculation_mode": "scales",
    "coordinate_transformation_mode": "asymmetric",
    "nearest_mode": "floor",
}


def blocks(x: Array) -> Array:
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2)


def normalised(x: Array) -> Array:
    mean, variance = (f(x, axis=(2, 3), keepdims=True) for f in (np.mean, np.var))
    numbers: Array = (x - mean) / np.sqrt(variance + 1e-5)
    return numbers


def levels(x: Array) -> Array:
    """16 levels from -1 to 2."""
    numbers: Array = np.rint((np.clip(x, -1, 2) + 1) / 3 * 15) / 15 * 3 - 1
    return numbers


CASES: dict[str, tuple[Ir, list[Array], Callable[..., Array]]] = {
    "relu": (single("ReLU", [X], X.shape), [X], lambda x: np.maximum(x, 0)),
    "clamp": (single("Clamp", [X], X.shape, min=-0.5, max=0.5), [X], lambda x: x.clip(-0.5, 0.5)),
    "swish": (
        single("Swish", [X], X.shape, np.float32(2), opset="opset4"),
        [X],
        lambda x: x / (1 + np.exp(-2 * x)),
    ),
    "slope": (
        single("PReLU", [X], X.shape, SLOPES),
        [X],
        lambda x: np.where(x < 0, x * SLOPES[:, None, None], x),
    ),
    "add": (
        single("Add", [X], X.shape, SLOPES.reshape(1, 4, 1, 1), auto_broadcast="numpy"),
        [X],
        lambda x: x + SLOPES[:, None, None],
    ),
    "difference": (
        single("SquaredDifference", [ROW, ROW[:1]], ROW.shape),
        [ROW, ROW[:1]],
        lambda a, b: (a - b) ** 2,
    ),
    "matmul": (
        single("MatMul", [ROW], (2, 3), WEIGHTS, transpose_a="false", transpose_b="false"),
        [ROW],
        lambda x: x @ WEIGHTS,
    ),
    "turned": (
        single("MatMul", [X, X], X.shape, transpose_a="false", transpose_b="true"),
        [X, X],
        lambda a, b: a @ b.swapaxes(-1, -2),
    ),
    "points": (
        single("Convolution", [X], X.shape, POINTS, auto_pad="explicit", **EXPLICIT),
        [X],
        lambda x: np.einsum("nchw,oc->nohw", x, POINTS[:, :, 0, 0]),
    ),
    "groups": (
        single("GroupConvolution", [X], X.shape, POINTS[:, :1, None], auto_pad="valid", **EXPLICIT),
        [X],
        lambda x: x * POINTS[:, 0],
    ),
    "max": (
        single("MaxPool", [X], (1, 4, 3, 3), kernel="2,2", auto_pad="explicit", **POOL),
        [X],
        lambda x: blocks(x).max((3, 5)),
    ),
    "average": (
        single(
            "AvgPool",
            [X],
            (1, 4, 3, 3),
            kernel="2,2",
            auto_pad="explicit",
            **POOL | {"exclude-pad": "true"},
        ),
        [X],
        lambda x: blocks(x).mean((3, 5)),
    ),
    "reshape": (
        single("Reshape", [X], (1, 24, 6), np.array([0, -1, 6]), special_zero="true"),
        [X],
        lambda x: x.reshape(1, 24, 6),
    ),
    "transpose": (
        single("Transpose", [X], (1, 6, 6, 4), np.array([0, 2, 3, 1])),
        [X],
        lambda x: x.transpose(0, 2, 3, 1),
    ),
    "slice": (
        single("Slice", [ROW], (2, 3), *map(np.array, ([1], [7], [2], [1])), opset="opset8"),
        [ROW],
        lambda x: x[:, 1:7:2],
    ),
    "strided": (
        single("StridedSlice", [ROW], (2,), *map(np.array, ([0, 3], [0, 4], [1, 1])), **MASKS),
        [ROW],
        lambda x: x[:, 3],
    ),
    "pad": (
        single(
            "Pad",
            [ROW],
            (3, 10),
            *map(np.array, ([1, 0], [0, 2])),
            np.float32(0),
            pad_mode="constant",
        ),
        [ROW],
        lambda x: np.pad(x, ((1, 0), (0, 2))),
    ),
    "softmax": (
        single("SoftMax", [ROW], ROW.shape, axis=-1, opset="opset8"),
        [ROW],
        lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True),
    ),
    "mean": (
        single("ReduceMean", [X], (1, 4, 1, 1), np.array([2, 3]), keep_dims="true"),
        [X],
        lambda x: x.mean((2, 3), keepdims=True),
    ),
    "normalised": (
        single(
            "MVN",
            [X],
            X.shape,
            np.array([2, 3]),
            opset="opset6",
            normalize_variance="true",
            eps=1e-5,
            eps_mode="inside_sqrt",
        ),
        [X],
        normalised,
    ),
    "resize": (
        single(
            "Interpolate",
            [X],
            (1, 4, 12, 12),
            np.array([2, 2], np.float32),
            np.array([2, 3]),
            opset="opset11",
            **CORNERS,
        ),
        [X],
        lambda x: x.repeat(2, 2).repeat(2, 3),
    ),
    "gather": (
        single("Gather", [ROW], (2, 2), np.array([7, 0]), np.int64(1), opset="opset8"),
        [ROW],
        lambda x: x[:, [7, 0]],
    ),
    "top": (
        single(
            "TopK",
            [ROW],
            (2, 2),
            np.int64(2),
            outputs=2,
            opset="opset3",
            axis=1,
            mode="max",
            sort="value",
            index_element_type="i32",
        ),
        [ROW],
        lambda x: -np.sort(-x, axis=1)[:, :2],
    ),
    "levels": (
        single("FakeQuantize", [X], X.shape, *map(np.float32, (-1, 2, -1, 2)), levels=16),
        [X],
        levels,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_operator_computes_what_numpy_does(tmp_path: Path, name: str) -> None:
    ir, inputs, expected = CASES[name]
    path = ir.save(tmp_path)
    with npucore.Session(npucore.load(path), "reference") as session:
        [found] = session.run(inputs)
    wanted = expected(*inputs)
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    if INSTALLED:
        np.testing.assert_allclose(found, judged(path, inputs), rtol=1e-4, atol=1e-5)


def test_no_operator_is_both_read_and_refused() -> None:
    assert not builders().keys() & REFUSED.keys()
    assert all(why.startswith("not read: ") for why in REFUSED.values())


def test_every_operator_of_openvinos_is_read_or_refused() -> None:
    openvino = pytest.importorskip("openvino", reason="its headers name the operators")
    tables = (Path(openvino.__file__).parent / "include/openvino/opsets").glob("*_tbl.hpp")
    named = {
        line.split("(")[1].split(",")[0].strip()
        for table in tables
        for line in table.read_text().splitlines()
        if line.startswith("_OPENVINO_OP_REG(")
    }
    assert named
    assert builders().keys() | REFUSED.keys() | {*WITHOUT_A_NODE} == named

# SPDX-License-Identifier: MIT
"""Small files that ask for much: a sentence before anything is made, or a quick answer."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

import npucore
from npucore.errors import InvalidModelError, UnsupportedError
from npucore_onnx import parse
from npucore_onnx.fold import FOLDERS
from tests.material.onnx.write import model, node

SECONDS, BYTES = 2.0, 192 << 20  # tracemalloc doubles the time
MANY = 60_000_000
FLOAT = np.float32
Constants = Mapping[str, Any]


def sizes(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def filled(kind: int = TensorProto.FLOAT) -> Any:
    """``a``: as many elements as the constant ``s`` says."""
    value = helper.make_tensor("v", kind, [1], [1])
    return node("ConstantOfShape", ["s"], "a", value=value)


def of_many(operator: str, *more: str, **attributes: Any) -> Sequence[Any]:
    return [filled(), node(operator, ["a", *more], **attributes)]


def chain(operator: str, count: int) -> Sequence[Any]:
    return [node(operator, [f"y{i}"] * 2, f"y{i + 1}", **AXIS[operator]) for i in range(count)]


AXIS: dict[str, dict[str, Any]] = {"Concat": {"axis": 0}, "Add": {}}
S = {"s": sizes(MANY)}
ONE = np.ones(1, FLOAT)
WIDE = {"w": np.ones((1, 1, 2, 2), FLOAT)}
LONG = {"c": np.ones((1 << 14, 1), FLOAT), "d": np.ones((1, 1 << 14), FLOAT)}

FOLDED: dict[str, tuple[Sequence[Any], Constants]] = {
    "constant-of-shape": ([node("ConstantOfShape", ["s"])], {"s": sizes(1 << 40)}),
    "tile": ([node("Tile", ["c", "r"])], {"c": ONE, "r": sizes(1 << 40)}),
    "tile-less": ([node("Tile", ["c", "r"])], {"c": ONE, "r": sizes(1 << 25)}),
    "expand": (
        [node("Expand", ["c", "s"], "a"), node("Add", ["a", "a"])],
        {"c": ONE, "s": sizes(1 << 26)},
    ),
    "expand-further": ([node("Expand", ["c", "s"])], {"c": ONE, "s": sizes(1 << 40)}),
    "range": (
        [node("Range", ["c", "d", "e"])],
        {"c": FLOAT(0), "d": FLOAT(1e15), "e": FLOAT(1)},
    ),
    "range-less": (
        [node("Range", ["c", "d", "e"])],
        {"c": FLOAT(0), "d": FLOAT(3e7), "e": FLOAT(1)},
    ),
    "non-zero": (
        [filled(TensorProto.BOOL), node("NonZero", ["a"], "b"), node("Cast", ["b"], to=1)],
        {"s": sizes(128, 128, 128)},
    ),
    "concat": ([filled(), node("Concat", ["a"] * 200, axis=0)], {"s": sizes(1 << 20)}),
    "concat-chain": ([filled(), node("Concat", ["a"], "y0", axis=0), *chain("Concat", 40)], S),
    "trilu": ([filled(), node("Trilu", ["a"])], {"s": sizes(8000, 8000)}),
    "eye-like": ([filled(), node("EyeLike", ["a"])], {"s": sizes(8000, 8000)}),
    "cast": (of_many("Cast", to=TensorProto.DOUBLE), S),
    "cast-like": (of_many("CastLike", "c"), {**S, "c": np.ones(1)}),
    "quantize": (
        of_many("QuantizeLinear", "c", "z"),
        {**S, "c": FLOAT(1), "z": np.uint8(3)},
    ),
    "dequantize": (
        [filled(TensorProto.UINT8), node("DequantizeLinear", ["a", "c", "z"])],
        {**S, "c": FLOAT(1), "z": np.uint8(3)},
    ),
    "split": ([filled(), node("Split", ["a"], "y", "z", axis=0)], S),
    "split-into-many": ([node("Split", ["x"], "y", axis=0, num_outputs=1 << 40)], {}),
    "gather": (
        [node("Gather", ["c", "i"])],
        {"c": np.ones((1, 1 << 16), FLOAT), "i": sizes(*[0] * 999)},
    ),
    "where": (of_many("Where", "a", "a"), S),
    "reduce": (of_many("ReduceSum"), S),
    "reshape": (of_many("Reshape", "t"), {**S, "t": sizes(-1, 2)}),
    "transpose": ([filled(), node("Transpose", ["a"])], {"s": sizes(6000, 10000)}),
    "dropout": ([filled(), node("Dropout", ["a"], "y", "m")], S),
    **{
        operator.lower(): ([node(operator, ["c", "d"])], LONG)
        for operator in ("Mod", "Add", "Sub", "Mul", "Div", "Pow", "Max", "Min")
    },
    **{
        operator.lower(): (of_many(operator), S)
        for operator in ("Abs", "Ceil", "Cos", "Exp", "Floor", "Log", "Neg", "Sqrt", "Round")
    },
}
"""Everything is constant: the nodes, and the constants that they read."""

PLANNED: dict[str, tuple[Sequence[Any], Constants, Sequence[int]]] = {
    "pad": ([node("Pad", ["x", "p"])], {"p": sizes(*[1 << 20] * 8)}, [1, 1, 1, 1]),
    "pad-edge": ([node("Pad", ["x", "p"], mode="edge")], {"p": sizes(*[1 << 20] * 8)}, [1] * 4),
    "pad-reflect": ([node("Pad", ["x", "p"], mode="reflect")], {"p": sizes(1 << 20, 1 << 20)}, [2]),
    "trilu": ([node("Trilu", ["x"])], {}, [8000, 8000]),
    "resize-dense": (
        [node("Resize", ["x", "", "c"], mode="cubic")],
        {"c": np.array([1, 1, 1, 3e4], FLOAT)},
        [1, 1, 1, 2000],
    ),
    "resize-antialias": (
        [node("Resize", ["x", "", "c"], mode="linear", antialias=1)],
        {"c": np.array([1, 1, 1, 1e-5], FLOAT)},
        [1, 1, 1, 200_000],
    ),
    "resize-to-nothing": (
        [node("Resize", ["x", "", "c"], mode="linear", antialias=1)],
        {"c": np.array([1, 1, 1, 1e-30], FLOAT)},
        [1, 1, 1, 200],
    ),
    "resize-nearest": (
        [node("Resize", ["x", "", "c"])],
        {"c": np.array([1, 1, 1e6, 1e6], FLOAT)},
        [1, 1, 8, 8],
    ),
    "transposed-padding": (
        [node("ConvTranspose", ["x", "w"], output_shape=[9000, 7000])],
        WIDE,
        [1, 1, 5, 5],
    ),
    "transposed-stride": (
        [node("ConvTranspose", ["x", "w"], strides=[1 << 14] * 2, pads=[1 << 14] * 4)],
        WIDE,
        [1, 1, 5, 5],
    ),
    "transposed-holes": (
        [node("ConvTranspose", ["x", "w"], dilations=[4000, 4000])],
        WIDE,
        [1, 1, 50, 50],
    ),
    "padded-convolution": ([node("Conv", ["x", "w"], pads=[1 << 13] * 4)], WIDE, [1, 1, 5, 5]),
    "outer-product": ([node("MatMul", ["x", "c"])], {"c": np.ones((1, 8000), FLOAT)}, [8000, 1]),
    "additions": (
        [node("Expand", ["x", "s"], "y0"), *chain("Add", 40)],
        {"s": sizes(MANY)},
        [1],
    ),
    "input": ([node("Relu", ["x"])], {}, [MANY]),
    "windows": (
        [node("AveragePool", ["x"], kernel_shape=[399, 399])],
        {},
        [1, 1, 800, 800],
    ),
}
"""An expression computed at run time, and the shape of ``x``."""


def tried(data: bytes) -> str:
    """How reading and running ends; asserts that it takes little."""
    tracemalloc.start()
    start = time.process_time()
    try:
        with npucore.Session(parse(data), "reference") as session:
            session.run([np.zeros(t.shape, t.dtype) for t in session.inputs])
        sentence = ""
    except (InvalidModelError, UnsupportedError) as error:
        sentence = str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BYTES
    assert time.process_time() - start < SECONDS
    assert len(sentence) <= 500
    return sentence


def written(nodes: Sequence[Any], constants: Constants, shape: Sequence[int]) -> bytes:
    outputs = {name: FLOAT for name in nodes[-1].output if name}
    opset = 18 if nodes[-1].op_type in ("Resize", "Split") else 17
    return model(nodes, {"x": (FLOAT, shape)}, outputs, constants, opset)


@pytest.mark.parametrize("name", FOLDED)
def test_constants_are_counted_before_they_are_made(name: str) -> None:
    nodes, constants = FOLDED[name]
    assert tried(written(nodes, constants, [1]))


@pytest.mark.parametrize("name", PLANNED)
def test_memory_is_planned_before_it_is_taken(name: str) -> None:
    tried(written(*PLANNED[name]))


def test_every_folder_says_what_it_makes() -> None:
    assert all(callable(folder.plan) for folder in FOLDERS.values())


def test_a_quantization_that_describes_itself_is_refused() -> None:
    data = model(
        [node("DequantizeLinear", ["x", "x", "x"])], {"x": (np.int8, [1])}, {"y": FLOAT}, {}
    )
    assert "describes itself" in tried(data)


def test_functions_that_call_each_other_again_and_again_are_refused() -> None:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("d", 1)]
    functions = []
    for depth in range(15):
        inner, domain = (f"F{depth + 1}", "d") if depth < 14 else ("Identity", "")
        body = [
            helper.make_node(inner, ["a" if not i else f"b{i - 1}"], [f"b{i}"], domain=domain)
            for i in range(20)
        ]
        functions.append(helper.make_function("d", f"F{depth}", ["a"], ["b19"], body, opsets))
    end = [helper.make_tensor_value_info(name, 1, [1]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("F0", ["x"], ["y"], domain="d")], "g", end[:1], end[1:]
    )
    made = helper.make_model(graph, functions=functions, opset_imports=opsets, ir_version=8)
    data, start = made.SerializeToString(), time.process_time()
    with pytest.raises(InvalidModelError, match="its function asks for"):
        parse(data)  # not traced: protobuf's many small objects take five times as long then
    assert time.process_time() - start < SECONDS

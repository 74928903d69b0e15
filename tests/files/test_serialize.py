# SPDX-License-Identifier: MIT
"""What is written and read is the same graph, and anything else is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import ops
from npucore.errors import InvalidModelError, UnsupportedError
from npucore.files.document import Document
from npucore.files.serialize import UNSTORED, Reader, Writer
from npucore.graph import Graph
from npucore.ops import Activation, Op, Padding, PoolingType
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Tensor
from tests.material.ops.an_op import an_op
from tests.material.ops.newer_ops import newer_ops
from tests.material.ops.numeric_ops import numeric_ops

STORED = {*ops.NAMES} - {*UNSTORED}

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
Q = Quantization.per_tensor(0.05, 3)
WRONG: tuple[object, ...] = (None, -1, 0, 1 << 62, 1.5, "", "nan", [], {}, [0], True)


def tensor(*shape: int, dtype: str = "int8", data: Array | None = None) -> Tensor:
    """A quantized tensor; a constant if it has data."""
    quantization = Q if dtype == "int8" else None
    return Tensor(f"t{shape}", shape, np.dtype(dtype), quantization, data)


def weights(*shape: int) -> Tensor:
    """A per-channel constant."""
    scales = Quantization.per_channel(np.linspace(0.1, 0.7, shape[0]), 0)
    data = np.arange(np.prod(shape), dtype=np.int8).reshape(shape)
    return Tensor("weights", shape, data.dtype, scales, data)


def unary(kind: Callable[..., Op], **attributes: Any) -> Op:
    return kind(input=tensor(1, 4), output=tensor(1, 4), **attributes)


def resized(kind: Callable[..., Op], **attributes: Any) -> Op:
    return kind(input=tensor(1, 2, 2, 4), output=tensor(1, 4, 4, 4), size=(4, 4), **attributes)


def some_ops() -> Iterator[Op]:
    """At least one of every class; those that nobody has written here are of a case's."""
    written = [*elementwise_ops(), *numeric_ops(), *newer_ops()]
    written += [*weighted_ops(), *moving_ops(), detection()]
    yield from written
    yield from map(an_op, sorted(STORED - {op.name for op in written}))


def elementwise_ops() -> Iterator[Op]:
    yield unary(ops.LeakyRelu, alpha=float("nan"))
    yield unary(ops.Softmax, beta=0.1)
    yield ops.Prelu(input=tensor(1, 4), alpha=tensor(1, 4), output=tensor(1, 4))
    yield ops.Argmax(input=tensor(1, 4), output=tensor(1), axis=1)
    yield ops.BatchMatmul(a=tensor(2, 3), b=tensor(4, 3), output=tensor(2, 4), transpose_b=True)


def weighted_ops() -> Iterator[Op]:
    yield ops.Convolution(
        input=tensor(1, 4, 4, 2),
        weights=weights(3, 2, 3, 2),
        bias=tensor(3, dtype="int32", data=np.arange(3, dtype=np.int32)),
        output=tensor(1, 4, 2, 3),
        stride=(1, 2),
        padding=Padding(0, 1, 0, 1),
        activation=Activation.RELU6,
    )
    yield ops.FullyConnected(input=tensor(1, 4), weights=weights(2, 4), output=tensor(1, 2))
    yield ops.TransposeConvolution(
        input=tensor(1, 2, 2, 3),
        weights=weights(2, 2, 2, 3),
        output=tensor(1, 4, 4, 2),
        stride=(2, 2),
    )


def moving_ops() -> Iterator[Op]:
    yield ops.BatchToSpace(
        input=tensor(4, 1, 1, 4), output=tensor(1, 2, 2, 4), block=(2, 2), crop=Padding()
    )
    yield ops.Broadcast(input=tensor(1, 4), output=tensor(3, 4))
    yield ops.Concatenation(operands=(tensor(1, 2), tensor(1, 3)), output=tensor(1, 5), axis=1)
    yield ops.DepthToSpace(input=tensor(1, 1, 1, 4), output=tensor(1, 2, 2, 1), block=2)
    yield ops.GatherNd(input=tensor(2, 4), indices=tensor(3, 1, dtype="int32"), output=tensor(3, 4))
    yield ops.Mean(input=tensor(1, 4), output=tensor(1, 1), axes=(1,), keep_axes=True)
    yield ops.Pack(operands=(tensor(4), tensor(4)), output=tensor(2, 4), axis=0)
    for value in (None, 3, 3.0):
        yield ops.Pad(
            input=tensor(1, 4), output=tensor(1, 7), before=(0, 1), after=(0, 2), value=value
        )
    yield ops.Pooling(
        type=PoolingType.MAX, input=tensor(1, 4, 4, 2), output=tensor(1, 2, 2, 2), kernel=(3, 3)
    )
    yield resized(ops.Resize, half_pixel_centers=True)
    yield resized(ops.ResizeBilinear, align_corners=True)
    yield ops.SpaceToBatch(
        input=tensor(1, 2, 2, 4), output=tensor(4, 1, 1, 4), block=(2, 2), padding=Padding()
    )
    yield ops.Split(input=tensor(1, 4), results=(tensor(1, 1), tensor(1, 3)), axis=1, sizes=(1, 3))
    yield ops.StridedSlice(
        input=tensor(1, 4),
        output=tensor(2),
        begin=(0, 3),
        sizes=(1, 2),
        strides=(1, -2),
        dropped=(0,),
    )
    yield ops.Transpose(input=tensor(1, 4), output=tensor(4, 1), permutation=(1, 0))
    yield ops.Unpack(input=tensor(2, 4), results=(tensor(4), tensor(4)), axis=0)


def detection() -> Op:
    real = [tensor(*s, dtype="float32") for s in ((1, 6, 4), (1, 6, 3), (6, 4))]
    results = [tensor(*shape, dtype="float32") for shape in ((1, 2, 4), (1, 2), (1, 2), (1,))]
    return ops.DetectionPostprocess(
        boxes=real[0],
        scores=real[1],
        anchors=real[2],
        results=tuple(results),
        scale=(10.0, 10.0, 5.0, 5.0),
        classes=2,
        max_detections=2,
        regular_nms=True,
    )


def graph_of(op: Op) -> Graph:
    inputs = tuple(dict.fromkeys(t for t in op.inputs if not t.is_constant))
    return Graph((op,), inputs, op.outputs, Rounding.EXACT, "one")


def through_json(graph: Graph) -> Graph:
    """*graph*, written and read."""
    document, tensors, arrays = written(graph)
    return read(document, tensors, arrays)


def written(graph: Graph) -> tuple[Any, Any, dict[str, Array]]:
    writer = Writer()
    document = writer.graph(graph)
    text = json.dumps([document, writer.tensors], allow_nan=False)
    return *json.loads(text), writer.arrays


def read(document: Any, tensors: Any, arrays: dict[str, Array]) -> Graph:
    reader = Reader(Document(tensors, "tensors"), arrays)
    return reader.graph(Document(document, "graph"), Rounding.EXACT, "one")


def same_tensor(a: Tensor, b: Tensor) -> bool:
    quantized = a.quantization is not None and b.quantization is not None
    return (
        (a.name, a.shape, a.dtype) == (b.name, b.shape, b.dtype)
        and ((a.data is None and b.data is None) or np.array_equal(a.data, b.data))  # type: ignore[arg-type]
        and (a.q.same_as(b.q) if quantized else a.quantization is b.quantization)
    )


def plain(value: object) -> object:
    """A field's value, tensors by their names, and with its type."""
    if isinstance(value, Tensor):
        return value.name
    if isinstance(value, tuple):
        return type(value), [plain(item) for item in value]
    return type(value), repr(value)


def test_every_class_of_op_is_tried_here() -> None:
    assert {op.name for op in some_ops()} == STORED


@pytest.mark.parametrize("op", list(some_ops()), ids=lambda op: op.name)
def test_an_op_comes_back_as_it_was(op: Op) -> None:
    [back] = through_json(graph_of(op)).ops
    assert type(back) is type(op)
    for field in fields(op):
        assert plain(getattr(back, field.name)) == plain(getattr(op, field.name))
    pairs = zip((*op.inputs, *op.outputs), (*back.inputs, *back.outputs), strict=True)
    assert all(same_tensor(a, b) for a, b in pairs)


def test_a_network_comes_back_with_the_same_connections() -> None:
    back = through_json(graph := npucore.load(DIGITS))
    numbers: dict[Tensor, int] = {}
    others: dict[Tensor, int] = {}
    for mine, theirs in zip(graph.ops, back.ops, strict=True):
        for a, b in zip(
            (*mine.inputs, *mine.outputs), (*theirs.inputs, *theirs.outputs), strict=True
        ):
            assert same_tensor(a, b)
            assert numbers.setdefault(a, len(numbers)) == others.setdefault(b, len(others))
    assert (back.rounding, back.name) == (Rounding.EXACT, "one")


def test_an_operand_that_is_used_twice_stays_one() -> None:
    x = tensor(1, 4)
    [op] = through_json(graph_of(ops.Add(a=x, b=x, output=tensor(1, 4)))).ops
    assert op.inputs[0] is op.inputs[1]


def test_a_foreign_op_cannot_be_stored() -> None:
    class Foreign(ops.Relu):
        name = "foreign"

    with pytest.raises(UnsupportedError, match="only npucore's own ops"):
        written(graph_of(unary(Foreign)))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("ops", 0, "op"), "magic", "'magic', wanted the name of an op"),
        (("ops", 0, "op"), "relu", "not the fields of relu"),
        (("ops", 0, "fields", "input"), 99, "graph.ops.0..fields.input: 99, wanted 0 to 3"),
        (("ops", 0, "fields", "input"), True, "True, wanted an integer"),
        (("ops", 0, "fields", "stride"), [1], "1 values, wanted 2"),
        (("ops", 0, "fields", "stride"), [0, 0], "below 1"),
        (("ops", 0, "fields", "stride"), [1.0, 1], "wanted an integer"),
        (("ops", 0, "fields", "activation"), "gelu", "wanted none or relu"),
        (("ops", 0, "fields", "padding"), None, "None, wanted a list"),
        (("inputs",), [], "before anything has written it"),
    ],
    ids=lambda value: str(value),
)
def test_a_wrong_graph_is_refused(path: tuple[Any, ...], value: object, sentence: str) -> None:
    conv = next(op for op in some_ops() if isinstance(op, ops.Convolution))
    document, tensors, arrays = written(graph_of(conv))
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(InvalidModelError, match=sentence):
        read(document, tensors, arrays)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("shape", [-1], "-1, wanted 0 to"),
        ("shape", [1 << 40], "too large"),
        ("shape", [1] * 40, "too large"),
        ("dtype", "object", "wanted a dtype"),
        ("constant", True, "its data are missing"),
        ("constant", 1, "wanted true or false"),
        ("quantization", {}, "no 'axis'"),
        ("quantization", {"scale": 0, "zero_point": 0, "axis": None}, "wanted positive"),
        ("quantization", {"scale": 1e300, "zero_point": 0, "axis": None}, "wanted positive"),
        ("quantization", {"scale": [], "zero_point": [], "axis": 0}, "tensors.0."),
        ("quantization", {"scale": [1.0], "zero_point": [0], "axis": 7}, "along axis 7"),
    ],
    ids=str,
)
def test_a_wrong_tensor_is_refused(key: str, value: object, sentence: str) -> None:
    document, tensors, arrays = written(graph_of(unary(ops.Relu)))
    tensors[0][key] = value
    with pytest.raises(InvalidModelError, match=sentence):
        read(document, tensors, arrays)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from leaves(item, (*path, key))


@pytest.mark.parametrize("op", list(some_ops()), ids=lambda op: op.name)
def test_any_value_may_be_wrong(op: Op) -> None:
    document, tensors, arrays = written(graph_of(op))
    whole = [document, tensors]
    for path in leaves(whole):
        for value in WRONG:
            broken = copy.deepcopy(whole)
            at: Any = broken
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = value
            try:
                read(broken[0], broken[1], arrays)
            except InvalidModelError:
                continue

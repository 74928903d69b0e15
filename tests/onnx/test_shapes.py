# SPDX-License-Identifier: MIT
"""Open dimensions, and what follows from shapes alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import InputError, OpenShapeError, UnsupportedError
from npucore_onnx import parse
from tests.material.onnx.write import Ends, changed, model, node

OPEN: Ends = {"x": (np.float32, ["N", 3, "height", 8])}
FLAT = [
    node("Shape", ["x"], "shape"),
    node("Gather", ["shape", "zero"], "batch"),
    node("Unsqueeze", ["batch", "axes"], "batch_1"),
    node("Concat", ["batch_1", "rest"], "wanted", axis=0),
    node("Reshape", ["x", "wanted"], "y"),
]
NUMBERS = {"zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1])}


def open_model() -> bytes:
    return model(FLAT, OPEN, {"y": np.float32}, NUMBERS)


def test_open_dimensions_are_bound_when_the_file_is_read() -> None:
    graph = parse(open_model(), shapes={"x": (2, 3, 5, 8)})
    assert [tensor.shape for tensor in graph.inputs] == [(2, 3, 5, 8)]
    assert [tensor.shape for tensor in graph.outputs] == [(2, 120)]
    assert [op.name for op in graph.ops] == ["reshape"]


def test_a_session_takes_shapes(tmp_path: Path) -> None:
    (path := tmp_path / "open.onnx").write_bytes(open_model())
    with npucore.Session(path, "reference", shapes={"x": (1, 3, 4, 8)}) as session:
        [y] = session.run(np.ones((1, 3, 4, 8), np.float32))
    assert y.shape == (1, 96)
    artifact = npucore.compile(path, "reference", shapes={"x": (1, 3, 4, 8)})
    assert artifact.inputs[0].shape == (1, 3, 4, 8)


def test_dimensions_that_stay_open_are_named(tmp_path: Path) -> None:
    (path := tmp_path / "open.onnx").write_bytes(open_model())
    said = r"x has the shape \(N, 3, height, 8\)"
    with pytest.raises(UnsupportedError, match=said):
        parse(open_model())
    with pytest.raises(UnsupportedError, match=said + ".*: bind it, as with --shape x=1,3,224,8$"):
        npucore.load(path)


LENGTHS: Ends = {"signal": (np.float32, ["batch", "samples"]), "h": (np.float32, [1, "batch", 4])}


def sound_model() -> bytes:
    """Windows of 400 samples, and a state."""
    nodes = [
        node("Unsqueeze", ["signal", "one"], "row"),
        node("Conv", ["row", "w"], "windows", strides=[160]),
        node("ReduceMean", ["windows"], "mean", axes=[2]),
        node("Add", ["mean", "h"], "y"),
    ]
    weights = np.ones((4, 1, 400), np.float32)
    return model(nodes, LENGTHS, {"y": np.float32}, {"one": np.array([1]), "w": weights})


def test_a_hint_works_when_it_is_followed(tmp_path: Path) -> None:
    (path := tmp_path / "sound.onnx").write_bytes(sound_model())
    with pytest.raises(OpenShapeError) as caught:
        npucore.load(path)
    words = str(caught.value).split("--shape ")[1:]
    shapes = {
        name: tuple(map(int, sizes.split(",")))
        for name, _, sizes in (word.strip().partition("=") for word in words)
    }
    assert shapes == {"signal": (1, 512), "h": (1, 1, 4)}
    assert npucore.load(path, shapes=shapes).outputs[0].shape == (1, 4, 4)
    with pytest.raises(OpenShapeError, match=r"--shape signal=1,512$"):
        npucore.load(path, shapes={"h": (1, 1, 4)})
    shown = npucore.running.session.load(path, unread=True)
    assert [op.name for op in shown.ops if op.name == "foreign"] == []
    assert "signal is shown as (1, 512): the file leaves it open" in shown.notes


@pytest.mark.parametrize(
    ("declared", "wanted"),
    [
        (["N", "words"], (1, 128)),
        (["N", 3, "H", "W"], (1, 3, 224, 224)),
        (["N", "H", "W", 3], (1, 640, 640, 3)),
        (["N", "H", "W", 1], (1, 48, 320, 1)),
        (["N", "samples"], (1, 16000)),
        (["N", "one"], (1, 1)),
    ],
)
def test_sizes_are_those_of_usual_networks(
    tmp_path: Path, declared: list[int | str], wanted: tuple[int, ...]
) -> None:
    """A reshape that nothing else fits."""
    ends = {"x": (np.float32, declared)}
    shape = {"shape": np.array([*wanted, 1])}
    data = model([node("Reshape", ["x", "shape"])], ends, {"y": np.float32}, shape)
    (path := tmp_path / "usual.onnx").write_bytes(data)
    with pytest.raises(OpenShapeError, match=f"--shape x={','.join(map(str, wanted))}$"):
        npucore.load(path)


def test_sizes_of_one_name_are_the_same(tmp_path: Path) -> None:
    ends = {"x": (np.float32, ["N", "T"]), "z": (np.float32, ["T", "N"])}
    data = model([node("MatMul", ["x", "z"])], ends, {"y": np.float32})
    (path := tmp_path / "named.onnx").write_bytes(data)
    with pytest.raises(OpenShapeError, match=r"--shape x=1,128 --shape z=128,1$"):
        npucore.load(path)


def test_where_no_usual_sizes_fit_nothing_is_made_up(tmp_path: Path) -> None:
    nodes = [node("Reshape", ["x", "shape"])]
    ends = {"x": (np.float32, ["n", "m"])}
    data = model(nodes, ends, {"y": np.float32}, {"shape": np.array([7, 11, 13])})
    (path := tmp_path / "odd.onnx").write_bytes(data)
    with pytest.raises(OpenShapeError, match=r"--shape x=SIZES \(no usual sizes fit\)"):
        npucore.load(path)
    assert [op.name for op in npucore.running.session.load(path, unread=True).ops] == ["foreign"]


def test_a_shape_that_contradicts_the_file_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"x has the shape \(N, 3, height, 8\), not \(1, 4, 5, 8\)"
    ):
        parse(open_model(), shapes={"x": (1, 4, 5, 8)})


def test_a_shape_for_a_stranger_is_refused() -> None:
    with pytest.raises(InputError, match=r"no input called 'z'; inputs: x"):
        parse(open_model(), shapes={"z": (1,)})


def test_shapes_of_a_graph_or_another_format_are_refused(tmp_path: Path) -> None:
    digits = Path(npucore.__file__).parent / "demo" / "digits.tflite"
    with pytest.raises(InputError, match="no input called 'x'; inputs: image"):
        npucore.load(digits, shapes={"x": (1,)})
    graph = parse(open_model(), shapes={"x": (1, 3, 4, 8)})
    with pytest.raises(InputError, match="has its shapes already"):
        npucore.Session(graph, "reference", shapes={"x": (1, 3, 4, 8)})


def test_an_output_s_shape_is_what_is_computed() -> None:
    """As ONNX Runtime has it, which warns."""

    def lie(proto: object) -> None:
        end = proto.graph.output[0]  # type: ignore[attr-defined]
        end.type.tensor_type.shape.dim.add().dim_value = 7

    graph = parse(changed(open_model(), lie), shapes={"x": (2, 3, 4, 8)})
    assert graph.outputs[0].shape == (2, 96)
    assert graph.notes == ("y is (2, 96), where the file says (7)",)


@pytest.mark.parametrize("opset", [8, 11, 13, 17, 21, 23, 24])
def test_operator_sets_from_old_to_new(opset: int) -> None:
    attribute = opset < 13
    options: dict[str, Any] = {"axes": [0]} if attribute else {}
    made = node("Squeeze", ["x"] if attribute else ["x", "axes"], **options)
    constants = {} if attribute else {"axes": np.array([0])}
    data = model([made], {"x": (np.float32, [1, 3])}, {"y": np.float32}, constants, opset)
    assert parse(data).outputs[0].shape == (3,)

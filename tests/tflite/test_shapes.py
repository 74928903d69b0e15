# SPDX-License-Identifier: MIT
"""Shapes and ways into a file: computed, bound, open, named by a signature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import InputError, OpenShapeError, UnsupportedError
from npucore.ops import Foreign
from npucore_tflite import parse
from tests.material.tflite.litert import litert
from tests.material.tflite.write import constant, draw, single, tensor

from npucore_tflite.writing.file import (  # isort: skip
    GraphSpec,
    OperatorSpec,
    TensorSpec,
    model,
)

F = np.float32
Rng = np.random.Generator


def chain(middle: tuple[int, ...], open_shape: tuple[int, ...] = ()) -> bytes:
    x = TensorSpec((1, 4), F, name="x", open_shape=open_shape)
    between, y = TensorSpec(middle, F), TensorSpec((1, 8), F)
    operators = [
        OperatorSpec("NEG", [x], [between]),
        OperatorSpec("CONCATENATION", [between, between], [y], {"axis": 1}),
    ]
    return model(operators, [x], [y])


@pytest.mark.parametrize("middle", [(), (7, 7), (1, 4)], ids=["none", "stale", "right"])
def test_shapes_between_operators_are_computed(rng: Rng, middle: tuple[int, ...]) -> None:
    data, x = chain(middle), rng.normal(size=(1, 4)).astype(F)
    with npucore.Session(parse(data), "reference") as session:
        np.testing.assert_array_equal(session.run(x)[0], litert(data, [x])[0])


def test_open_dimensions_are_bound(rng: Rng) -> None:
    x = rng.normal(size=(5, 4)).astype(F)
    with npucore.Session(parse(chain((1, 4), (-1, 4)), shapes={"x": (5, 4)})) as session:
        np.testing.assert_array_equal(session.run(x)[0], np.concatenate([-x, -x], 1))


def test_open_dimensions_that_nobody_binds_are_1() -> None:
    assert parse(chain((1, 4), (-1, 4))).inputs[0].shape == (1, 4)


def test_a_shape_that_contradicts_the_file_is_refused() -> None:
    with pytest.raises(InputError, match=r"x has the shape \(\?, 4\), not \(5, 3\)"):
        parse(chain((1, 4), (-1, 4)), shapes={"x": (5, 3)})
    with pytest.raises(InputError, match=r"x has the shape \(1, 4\), not \(5,\)"):
        parse(chain((1, 4)), shapes={"x": (5,)})
    with pytest.raises(InputError, match="no input called 'z'; inputs: x"):
        parse(chain((1, 4)), shapes={"z": (1, 4)})


def test_shapes_are_computed_from_shapes(rng: Rng) -> None:
    """RESHAPE to (SHAPE(x)[0], 2, 3): what exporters write for an open batch."""
    x = TensorSpec((1, 6), F, name="x", open_shape=(-1, 6))
    shape, first, wanted = (TensorSpec(s, np.int32) for s in ((2,), (), (3,)))
    y = TensorSpec((1, 2, 3), F)
    slices = [constant([0]), constant([1]), constant([1])]
    operators = [
        OperatorSpec("SHAPE", [x], [shape], {"outType": 2}),
        OperatorSpec("STRIDED_SLICE", [shape, *slices], [first], {"shrinkAxisMask": 1}),
        OperatorSpec("PACK", [first, constant(2), constant(3)], [wanted],
                     {"axis": 0, "valuesCount": 3}),
        OperatorSpec("RESHAPE", [x, wanted], [y]),
    ]  # fmt: skip
    data = model(operators, [x], [y])
    graph = parse(data, shapes={"x": (4, 6)})
    assert graph.outputs[0].shape == (4, 2, 3)
    assert [op.name for op in graph.ops] == ["reshape"]


def ways() -> bytes:
    a, b = TensorSpec((1, 4), F, name="left"), TensorSpec((1, 4), F, name="right")
    p, q = TensorSpec((2, 2), F, name="data"), TensorSpec((2, 2), F, name="answer")
    main = GraphSpec([OperatorSpec("NEG", [a], [b])], [a], [b])
    other = GraphSpec([OperatorSpec("ABS", [p], [q])], [p], [q])
    return model(*_parts(main), [other], {"turn": main, "size": other})


def _parts(graph: GraphSpec) -> tuple[Any, Any, Any]:
    return graph.operators, graph.inputs, graph.outputs


def test_a_signature_is_chosen_by_name() -> None:
    x = np.array([[-1, 2], [3, -4]], F)
    graph = parse(ways(), signature="size")
    assert [t.name for t in (*graph.inputs, *graph.outputs)] == ["data", "answer"]
    with npucore.Session(graph, "reference") as session:
        np.testing.assert_array_equal(session.run({"data": x})[0], np.abs(x))


def test_a_signature_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no signature 'spin'; signatures: "):
        parse(ways(), signature="spin")


def test_the_command_line_takes_shapes_and_signatures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from npucore.cli import main

    path = tmp_path / "ways.tflite"
    path.write_bytes(ways())
    assert main(["show", str(path), "--signature", "size"]) == 0
    assert "absolute" in capsys.readouterr().out


UNIQUE = {"idxOutType": 2}


def unread(path: Path) -> Path:
    x, middle = TensorSpec((6,), F, name="x"), TensorSpec((6,), F)
    distinct, places, y = TensorSpec((6,), F), TensorSpec((6,), np.int32), TensorSpec((6,), F)
    operators = [
        OperatorSpec("NEG", [x], [middle]),
        OperatorSpec("UNIQUE", [middle], [distinct, places], UNIQUE),
        OperatorSpec("ABS", [distinct], [y]),
    ]
    path.write_bytes(model(operators, [x], [y]))
    return path


def test_what_nothing_reads_is_a_row_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from npucore.cli import main

    path = unread(tmp_path / "unique.tflite")
    why = "operator 1 is UNIQUE: the shape of its result depends on computed numbers"
    with pytest.raises(UnsupportedError, match=why):
        npucore.load(path)
    kept = npucore.running.session.load(path, unread=True)
    assert [isinstance(op, Foreign) for op in kept.ops] == [False, True, False]
    assert main(["show", str(path)]) == 0
    assert main(["explain", str(path), "--backend", "reference"]) == 0
    said = capsys.readouterr().out
    assert "nothing" in said
    assert "UNIQUE" in said


@pytest.mark.parametrize(
    ("name", "why"),
    [("edgetpu-custom-op", "compiled for the Edge TPU: give the model as it was before"),
     ("FlexErf", "an operator of TensorFlow itself: convert the network without SELECT_TF_OPS")],
)  # fmt: skip
def test_operators_of_other_runtimes_say_the_way_on(name: str, why: str) -> None:
    x = tensor((1, 4), F)
    with pytest.raises(UnsupportedError, match=why):
        parse(single(name, [x], tensor((1, 4), F)))


def test_a_computed_shape_is_refused_by_name(rng: Rng) -> None:
    x = tensor((4,), np.bool_)
    with pytest.raises(UnsupportedError, match=r"WHERE.*the shape of its result depends"):
        parse(single("WHERE", [x], tensor((4, 1), np.int64)))
    assert draw(rng, x).shape == (4,)


def spectrogram() -> bytes:
    """Windows of 100 samples."""
    x = TensorSpec((1, 1, 1, 1), F, name="x", open_shape=(-1, -1, 1, 1))
    weights, y = constant(np.ones((2, 100, 1, 1)), F), TensorSpec((1, 1, 1, 2), F)
    options = {"strideH": 1, "strideW": 1, "padding": 1}
    return model([OperatorSpec("CONV_2D", [x, weights], [y], options)], [x], [y])


def test_an_input_that_is_too_small_as_1_has_a_hint_that_works(tmp_path: Path) -> None:
    """As LiteRT's files of spectrograms: (1, 1) until someone resizes it."""
    path = tmp_path / "sound.tflite"
    path.write_bytes(spectrogram())
    declared = r"x has the shape \(\?, \?, 1, 1\) in the file"
    with pytest.raises(OpenShapeError, match=declared) as caught:
        npucore.load(path)
    said = str(caught.value)
    assert said.endswith("--shape x=1,224,1,1")
    assert npucore.load(path, shapes={"x": (1, 224, 1, 1)}).outputs[0].shape == (1, 125, 1, 2)
    shown = npucore.running.session.load(path, unread=True)
    assert [op.name for op in shown.ops] == ["convolution"]
    assert shown.notes == ("x is shown as (1, 224, 1, 1): the file leaves it open",)


def test_every_input_that_is_too_small_is_in_the_hint(tmp_path: Path) -> None:
    xs = [TensorSpec((1, 1, 1, 1), F, name=n, open_shape=(1, -1, -1, 1)) for n in ("x", "z")]
    weights = constant(np.ones((2, 9, 9, 1)), F)
    ys = [TensorSpec((1, 1, 1, 2), F) for _ in xs]
    options = {"strideH": 1, "strideW": 1, "padding": 1}
    operators = [
        OperatorSpec("CONV_2D", [x, weights], [y], options) for x, y in zip(xs, ys, strict=True)
    ]
    (path := tmp_path / "two.tflite").write_bytes(model(operators, xs, ys))
    hint = "--shape x=1,224,224,1 --shape z=1,224,224,1"
    with pytest.raises(OpenShapeError, match=f"{hint}$") as caught:
        npucore.load(path)
    assert caught.value.words == hint
    with pytest.raises(OpenShapeError, match=r"as with --shape z=1,224,224,1$"):
        npucore.load(path, shapes={"x": (1, 16, 16, 1)})

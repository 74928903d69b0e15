# SPDX-License-Identifier: MIT
"""Three lines of Python: load, session, run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.errors import FallbackError, InputError, PluginError, UnsupportedError
from npucore.graph import Graph
from npucore.ops import Add, Logistic, Relu, Reshape
from npucore.tensor import Array, Tensor
from tests.material.running.graphs import F32, Picky, PickyProgram, chain, diamond, likes, tensor

Inputs = Array | Sequence[Array] | Mapping[str, Array]
X = np.array([-1, 0, 1, 2], np.float32)
DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


def expected(x: Array) -> Array:
    gate: Array = 1 / (1 + np.exp(-1 / (1 + np.exp(-x))))
    return np.maximum(x, 0) + gate


def test_a_path_is_enough() -> None:
    with npucore.Session(DIGITS) as session:
        (scores,) = session.run(np.zeros((1, 8, 8, 1), np.int8))
    assert scores.shape == (1, 10)


def test_several_backends_give_the_answer_of_one() -> None:
    with npucore.Session(diamond(), [Picky(likes(Relu)), "reference"]) as session:
        (y,) = session.run(X)
    np.testing.assert_allclose(y, expected(X), rtol=1e-6)


def test_a_network_cut_into_many_runs_gives_the_same_bytes() -> None:
    image = np.random.default_rng(3).integers(-128, 128, (1, 8, 8, 1), np.int8)
    with npucore.Session(DIGITS) as whole, npucore.Session(DIGITS, Picky(likes(Add))) as cut:
        assert len(cut.runs) == 5
        np.testing.assert_array_equal(cut.run(image)[0], whole.run(image)[0])


@pytest.mark.parametrize("inputs", [X, [X], (X,), {"x": X}], ids=["array", "list", "tuple", "dict"])
def test_inputs_come_in_every_wrapping(inputs: Inputs) -> None:
    with npucore.Session(diamond()) as session:
        np.testing.assert_allclose(session.run(inputs)[0], expected(X), rtol=1e-6)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (X[:3], r"input x: float32\(3,\), wanted float32\(4,\)"),
        (X.astype(np.float64), r"input x: float64\(4,\), wanted float32\(4,\)"),
        ([X, X], "2 inputs, wanted 1"),
        ({"y": X}, r"inputs named \['y'\], wanted \['x'\]"),
    ],
)
def test_a_wrong_input_is_named_with_what_was_wanted(inputs: Inputs, sentence: str) -> None:
    with npucore.Session(diamond()) as session, pytest.raises(InputError, match=sentence):
        session.run(inputs)


def test_placement_says_where_every_op_runs() -> None:
    model, backend = chain(Relu, Logistic), Picky(likes(Relu))
    with npucore.Session(model, backend, fallback="reference") as session:
        rows = [(p.index, p.op, p.name, p.backend) for p in session.placement]
    assert rows == [(0, "relu", "x1", "picky"), (1, "logistic", "x2", "reference")]


def test_strict_refuses_any_fallback() -> None:
    with pytest.raises(FallbackError, match="1 of 2 ops would run on reference"):
        npucore.Session(
            chain(Relu, Logistic), Picky(likes(Relu)), fallback="reference", strict=True
        )


def test_a_second_choice_of_the_user_is_no_fallback() -> None:
    graph = chain(Relu, Logistic)
    npucore.Session(graph, [Picky(likes(Relu)), "reference"], strict=True).close()


def test_without_a_fallback_a_refused_op_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="nothing runs logistic"):
        npucore.Session(chain(Relu, Logistic), Picky(likes(Relu)), fallback=None)


def test_an_unknown_backend_is_named_with_those_there_are() -> None:
    with pytest.raises(PluginError, match=r"no backend called 'nonsense'; installed: .*reference"):
        npucore.Session(diamond(), "nonsense")


def test_an_option_that_no_backend_has_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="no option 'speed' in reference"):
        npucore.Session(diamond(), "reference", speed="11")


def test_an_unknown_target_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="reference has no target 'x86'"):
        npucore.Session(diamond(), "reference:x86")


def test_an_unknown_rounding_is_an_error() -> None:
    with pytest.raises(InputError, match="rounding 'up', wanted tflite or exact"):
        npucore.Session(diamond(), rounding="up")


def test_programs_are_closed_with_the_session() -> None:
    session = npucore.Session(chain(Relu), Picky(likes(Relu)))
    (run,) = session.runs
    session.close()
    session.close()
    assert isinstance(run.program, PickyProgram)
    assert run.program.closed == 1


def test_a_closed_session_says_so() -> None:
    session = npucore.Session(chain(Relu))
    session.close()
    with pytest.raises(InputError, match="the session is closed"):
        session.run(X)


def test_threads_may_share_a_session() -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(-128, 128, (1, 8, 8, 1), np.int8) for _ in range(64)]
    with npucore.Session(DIGITS) as session, ThreadPoolExecutor(4) as pool:
        alone = [session.run(image)[0] for image in images]
        together = list(pool.map(lambda image: session.run(image)[0], images))
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


def test_inputs_are_left_alone_and_outputs_belong_to_the_caller() -> None:
    x, y = tensor("x"), Tensor("y", (2, 2), F32)
    graph = Graph((Reshape(input=x, output=y),), (x,), (y, x))
    given = X.copy()
    with npucore.Session(graph) as session:
        outputs = session.run(given)
        for output in outputs:
            output += 1
    np.testing.assert_array_equal(given, X)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere.tflite: No such file"):
        npucore.load("nowhere.tflite")


def test_an_unknown_format_is_named_with_the_installed_frontends(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"\0" * 100)
    with pytest.raises(UnsupportedError, match=r"no frontend knows this format .*tflite"):
        npucore.load(path)


def test_a_frontend_can_be_forced(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"\0" * 100)
    with pytest.raises(npucore.InvalidModelError, match="not a TFLite file"):
        npucore.load(path, frontend="tflite")


def test_a_session_says_what_it_is_and_names_are_inert_in_a_notebook() -> None:
    graph = chain(Relu, Logistic)
    hostile = dataclasses.replace(graph, name="<script>alert(1)</script>")
    with npucore.Session(hostile, "reference") as session:
        assert "2 on reference" in repr(session)
        assert repr(hostile).startswith("Graph('<script>alert(1)</script>', 2 ops, ")
        for page in (session._repr_html_(), hostile._repr_html_()):
            assert "<script>" not in page
            assert "&lt;script&gt;" in page
            assert page.count("<tr>") == 3

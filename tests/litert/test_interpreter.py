# SPDX-License-Identifier: MIT
"""The interpreter beside LiteRT's own, call by call."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

from npucore.tensor import Array
from tests.material.litert.beside import (
    MODELS,
    REAL,
    SHARED,
    WITHOUT_KERNEL,
    answers,
    assert_same_details,
    both,
    draw,
    found,
)
from tests.material.litert.models import SIDE

from npucore_tflite.writing.file import (  # isort: skip
    GraphSpec,
    OperatorSpec,
    TensorSpec,
    model,
)


@pytest.mark.parametrize("name", MODELS)
def test_answers_are_those_of_the_reference_kernels(rng: np.random.Generator, name: str) -> None:
    theirs, mine = both(MODELS[name])
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
    for _ in range(2):
        given = draw(rng, theirs)
        for a, b in zip(answers(mine, given), answers(theirs, given), strict=True):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            if a.dtype == np.float32:
                np.testing.assert_allclose(a, b, 1e-5, 1e-6)
            else:
                np.testing.assert_array_equal(a, b)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in REAL if name not in WITHOUT_KERNEL])
def test_answers_of_real_networks_are_those_of_the_reference_kernels(
    rng: np.random.Generator, name: str
) -> None:
    theirs, mine = both((SHARED / name).read_bytes())
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
    for _ in range(2):  # some keep state
        given = draw(rng, theirs)
        first, second = answers(mine, given), answers(theirs, given)
        if name.endswith("_postprocess.tflite"):  # LiteRT writes nothing behind the last detection
            first, second = found(first), found(second)
        for a, b in zip(first, second, strict=True):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            if a.dtype == np.float32:
                np.testing.assert_allclose(a, b, 1e-4, 1e-4)
            else:
                np.testing.assert_array_equal(a, b)


@pytest.mark.filterwarnings("ignore:experimental_preserve_all_tensors")
def test_every_result_can_be_kept(rng: np.random.Generator) -> None:
    theirs, mine = both(MODELS["classifier"], experimental_preserve_all_tensors=True)
    given = draw(rng, theirs)
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
        answers(interpreter, given)
    for operator in mine._get_ops_details():
        for number in operator["outputs"]:
            np.testing.assert_array_equal(mine.get_tensor(number), theirs.get_tensor(number))


def test_results_that_are_not_kept_are_not_made_up() -> None:
    _, mine = both(MODELS["classifier"])
    mine.allocate_tensors()
    number = int(mine._get_ops_details()[0]["outputs"][0])
    with pytest.raises(ValueError, match="experimental_preserve_all_tensors=True keeps the rest"):
        mine.get_tensor(number)
    with pytest.raises(ValueError, match="is computed, and npucore keeps inputs and outputs"):
        mine.set_tensor(number, np.zeros((1, 8, 8, 16), np.uint8))


def test_constants_are_read_and_never_written() -> None:
    theirs, mine = both(MODELS["classifier"])
    details = [d for d in mine.get_tensor_details() if d["dtype"] is np.int32]
    assert details
    for d in details:
        np.testing.assert_array_equal(mine.get_tensor(d["index"]), theirs.get_tensor(d["index"]))
        with pytest.raises(ValueError, match="is a constant, which is compiled in"):
            mine.set_tensor(d["index"], np.zeros(d["shape"], np.int32))
        with pytest.raises(ValueError, match="read-only"):
            mine.tensor(d["index"])()[...] = 0


def test_inputs_are_written_in_place_and_kept(rng: np.random.Generator) -> None:
    theirs, mine = both(MODELS["classifier"])
    (given,) = draw(rng, theirs)
    found = []
    for interpreter in (theirs, mine):
        interpreter.allocate_tensors()
        interpreter.tensor(0)()[0][:, :] = given[0]
        output = interpreter.get_output_details()[0]["index"]
        interpreter.invoke()
        first = interpreter.get_tensor(output)
        interpreter.invoke()  # with the same input
        np.testing.assert_array_equal(interpreter.get_tensor(output), first)
        interpreter.set_tensor(0, given[..., ::-1])  # what is given later is a copy
        interpreter.invoke()
        assert (interpreter.get_tensor(output) != first).any()
        found.append(first)
    np.testing.assert_array_equal(*found)


def test_an_input_gets_another_shape(rng: np.random.Generator) -> None:
    theirs, mine = both(MODELS["open-batch"])
    for rows in (3, 1, 2):
        given = rng.integers(0, 256, (rows, SIDE, SIDE, 3), np.uint8)
        for interpreter in (theirs, mine):
            interpreter.resize_tensor_input(0, given.shape, strict=True)
            interpreter.allocate_tensors()
        assert_same_details(theirs, mine)
        np.testing.assert_array_equal(answers(mine, [given])[0], answers(theirs, [given])[0])


def test_a_shape_that_cannot_be_is_refused_and_taken_back() -> None:
    _, mine = both(MODELS["detector"])
    mine.allocate_tensors()
    mine.resize_tensor_input(0, (1, SIDE + 16, SIDE, 3))
    with pytest.raises(RuntimeError, match=r"model: reshape -> boxes"):
        mine.allocate_tensors()
    with pytest.raises(RuntimeError, match="not ready"):
        mine.invoke()
    mine.resize_tensor_input(0, (1, SIDE, SIDE, 3))
    mine.allocate_tensors()
    mine.invoke()


def test_sizes_that_a_network_needs_are_asked_for() -> None:
    x = TensorSpec((1, 1, 1, 1), name="x", open_shape=(1, -1, -1, 1))
    y = TensorSpec((1, 1, 1, 1), name="y")
    options = {"padding": 1, "strideW": 1, "strideH": 1, "filterWidth": 2, "filterHeight": 2}
    _, mine = both(model([OperatorSpec("MAX_POOL_2D", [x], [y], options)], [x], [y]))
    with pytest.raises(RuntimeError, match="give it sizes with resize_tensor_input"):
        mine.allocate_tensors()
    mine.resize_tensor_input(0, (1, 4, 4, 1))
    mine.allocate_tensors()
    assert mine.get_output_details()[0]["shape"].tolist() == [1, 3, 3, 1]


def test_the_present_shape_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _, mine = both(MODELS["classifier"])
    runner = mine.get_signature_runner()
    for _ in range(3):
        runner(image=np.zeros((1, SIDE, SIDE, 3), np.uint8))
    assert capsys.readouterr().err.count("npucore: ") == 1  # it is compiled once


def test_signatures_answer_alike(rng: np.random.Generator) -> None:
    theirs, mine = both(MODELS["two-ways"])
    a, b = rng.standard_normal((2, 1, 4)).astype(np.float32)
    number = mine.get_signature_runner("subtract").get_output_details()["z"]["index"]
    for key, given in (("double", {"x": a}), ("subtract", {"a": a, "b": b})):
        first, second = (it.get_signature_runner(key)(**given) for it in (theirs, mine))
        assert first.keys() == second.keys()
        for name, array in first.items():
            np.testing.assert_array_equal(second[name], array)
    for interpreter in (theirs, mine):
        np.testing.assert_array_equal(interpreter.get_tensor(number, 1), b - a)


def test_variables_that_subgraphs_share_are_refused() -> None:
    x, y = TensorSpec((1, 4), name="x"), TensorSpec((1, 4), name="y")
    handle, z = TensorSpec((), "resource", name="handle"), TensorSpec((1, 4), name="z")
    main = GraphSpec([OperatorSpec("ADD", [x, x], [y])], [x], [y])
    operators = [
        OperatorSpec("VAR_HANDLE", [], [handle], {"container": "", "sharedName": "v"}),
        OperatorSpec("ASSIGN_VARIABLE", [handle, z], []),
    ]
    keep = GraphSpec(operators, [z], [z])
    data = model(main.operators, [x], [y], [keep], {"main": main, "keep": keep})
    runner = both(data)[1].get_signature_runner("keep")
    with pytest.raises(RuntimeError, match="subgraph 1 shares variables with the main one"):
        runner(z=np.zeros((1, 4), np.float32))


def test_interpreters_run_on_threads_of_their_own(rng: np.random.Generator) -> None:
    theirs, first = both(MODELS["classifier"])
    others = [first, *(both(MODELS["classifier"])[1] for _ in range(2))]
    given = [draw(rng, theirs) for _ in others]
    for interpreter in (theirs, *others):
        interpreter.allocate_tensors()
    found: dict[int, Array] = {}

    def work(number: int) -> None:
        for _ in range(5):
            found[number] = answers(others[number], given[number])[0]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(others))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, arrays in enumerate(given):
        np.testing.assert_array_equal(found[number], answers(theirs, arrays)[0])


def test_nothing_is_left_of_one_that_nobody_has(new_garbage_only: None) -> None:
    _, mine = both(MODELS["classifier"])
    mine.allocate_tensors()
    session = mine._main._session
    del mine
    gc.collect()
    with pytest.raises(ValueError, match="the session is closed"):
        session.run(np.zeros((1, SIDE, SIDE, 3), np.uint8))

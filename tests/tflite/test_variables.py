# SPDX-License-Identifier: MIT
"""Variables: in what order runs change them, and what cannot be done with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.errors import UnsupportedError
from npucore_tflite import parse
from tests.material.tflite.write import single, tensor
from tests.tflite.test_state import F, Rng, draws, litert_steps, running_mean

from npucore_tflite.writing.file import OperatorSpec, TensorSpec, model  # isort: skip


def test_runs_that_are_submitted_keep_their_order(rng: Rng) -> None:
    x, y = tensor((1, 4), F), tensor((1, 4), F)
    data = running_mean(x, y)
    steps = draws(rng, 1, 4)
    with npucore.Session(parse(data), "reference") as session:
        waiting = [session.submit(arrays) for arrays in steps]
        got = [future.result()[0] for future in waiting]
    for mine, (theirs,) in zip(got, litert_steps(data, steps), strict=True):
        np.testing.assert_allclose(mine, theirs, 1e-5, 1e-6)


def test_a_network_that_keeps_state_is_not_compiled_to_a_file(rng: Rng, tmp_path: Path) -> None:
    from npucore.running.compilation import compile as compiled

    path = tmp_path / "mean.tflite"
    path.write_bytes(running_mean(tensor((1, 4), F), tensor((1, 4), F)))
    with pytest.raises(UnsupportedError, match="keeps state from run to run cannot be stored"):
        compiled(path, "reference")


def test_a_variable_that_nothing_has_set_is_refused_by_name(rng: Rng) -> None:
    handle, y = TensorSpec((), "resource"), tensor((1, 4), F)
    operators = [
        OperatorSpec("VAR_HANDLE", [], [handle], {"sharedName": b"v"}),
        OperatorSpec("READ_VARIABLE", [handle], [y]),
    ]
    with pytest.raises(UnsupportedError, match="the variable 'v' is read before it is set"):
        parse(model(operators, [], [y]))


def test_a_single_operator_file_is_still_written(rng: Rng) -> None:
    x = tensor((1, 4), F)
    assert parse(single("NEG", [x], tensor((1, 4), F))).states == ()


def test_every_timed_run_begins_anew(tmp_path: Path) -> None:
    path, values = tmp_path / "mean.tflite", tmp_path / "x.npy"
    path.write_bytes(running_mean(tensor((1, 4), F), tensor((1, 4), F)))
    np.save(values, np.ones((1, 4), np.float32))
    answers = []
    for runs in ("1", "3"):
        output = tmp_path / f"{runs}.npz"
        words = ["run", str(path), "--input", str(values), "--runs", runs, "--save", str(output)]
        assert main(words) == 0
        [answer] = np.load(output).values()
        answers.append(answer)
    assert np.array_equal(*answers)
    assert answers[0].any()

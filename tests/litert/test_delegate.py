# SPDX-License-Identifier: MIT
"""Where an interpreter runs: keywords, delegates, the environment, and the line that says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore.errors import FallbackError
from npucore.faces.settings import ENVIRONMENT
from npucore.litert import Delegate, Interpreter, load_delegate
from tests.material.contract.exporting import DIGITS

Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """The standard error since the last call."""
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    return lambda: capsys.readouterr().err


def allocated(**settings: Any) -> Interpreter:
    interpreter = Interpreter(str(DIGITS), **settings)
    interpreter.allocate_tensors()
    return interpreter


def test_the_keyword_counts_before_the_delegate_and_that_before_the_environment(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "rocket")
    delegates = [load_delegate("libnpucore_delegate.so", {"backend": "reference"})]
    allocated()
    assert "on rocket (simulator)" in said()
    allocated(experimental_delegates=delegates)
    assert "17 of 17 ops (100% of the MACs) on reference\n" in said()
    allocated(backend="rocket", experimental_delegates=delegates)
    assert "on rocket (simulator)" in said()


def test_it_says_it_once_and_names_the_file(said: Said) -> None:
    interpreter = allocated(backend="reference")
    interpreter.allocate_tensors()
    interpreter.invoke()
    assert said() == "npucore: digits.tflite: 17 of 17 ops (100% of the MACs) on reference\n"
    assert {p.backend for p in interpreter.placement} == {"reference"}


def test_options_reach_the_backend(said: Said) -> None:
    delegate = load_delegate("/usr/lib/libnpucore.so", {"backend": "rocket", "trust": "proven"})
    interpreter = allocated(experimental_delegates=[delegate], cores=2)
    backends = {step.backend.name: step.backend for step in interpreter._main._session.runs}  # type: ignore[union-attr]
    assert backends["rocket"].settings["cores"] == 2
    assert str(backends["rocket"].settings["trust"]) == "proven"


def test_what_the_options_of_other_libraries_mean_is_not_guessed(said: Said) -> None:
    delegate = load_delegate("libedgetpu.so.1", {"device": "usb:0"})
    assert delegate.settings.options == {}
    assert said() == (
        "npucore: takes the place of libedgetpu.so.1, which is not loaded\n"
        "npucore: options of libedgetpu.so.1 that mean nothing here: device=usb:0\n"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"backend": "nope"}, "Failed to load delegate from lib.so\nno backend called 'nope'"),
        ({"backend": "rocket", "strict": "maybe"}, "'maybe', wanted 1 or true"),
    ],
    ids=["backend", "switch"],
)
def test_a_delegate_that_cannot_be_is_a_value_error(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load_delegate("lib.so", options)


def test_an_option_of_no_backend_is_a_value_error_for_our_own_library() -> None:
    with pytest.raises(ValueError, match="no option 'colour' in rocket, reference"):
        load_delegate("libnpucore.so", {"backend": "rocket", "colour": "red"})


def test_strict_refuses_what_would_fall_back(said: Said) -> None:
    for settings in (
        {"strict": True},
        {"experimental_delegates": [Delegate("npucore", {"strict": "1"})]},
    ):
        with pytest.raises(RuntimeError, match="1 of 17 ops would run on reference") as caught:
            allocated(backend="rocket", **settings)
        assert isinstance(caught.value.__cause__, FallbackError)
    assert "rocket" not in said()


def test_an_unknown_backend_or_placement_is_an_error(said: Said) -> None:
    with pytest.raises(ValueError, match="no backend called 'nope'"):
        Interpreter(str(DIGITS), backend="nope")
    with pytest.raises(RuntimeError, match="placement: 'best', wanted cost or greedy"):
        allocated(backend="rocket", placement="best")


def test_backends_agree(said: Said) -> None:
    image = np.arange(64, dtype=np.int8).reshape(1, 8, 8, 1)
    best = set()
    for backend in ("reference", "rocket"):
        interpreter = allocated(backend=backend)
        for _ in range(2):  # nothing of the first run holds the memory
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
            interpreter.invoke()
        output = interpreter.get_output_details()[0]["index"]
        best.add(int(interpreter.get_tensor(output).argmax()))
    assert len(best) == 1


def test_a_path_object_and_bytes_are_paths(said: Said) -> None:
    for path in (Path(DIGITS), str(DIGITS).encode()):
        assert Interpreter(path, backend="reference").num_subgraphs() == 1

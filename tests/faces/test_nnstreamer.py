# SPDX-License-Identifier: MIT
"""The example of a filter for NNStreamer, against a stub of NNStreamer's module."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import FallbackError, InputError

EXAMPLE = Path(__file__).parents[2] / "examples" / "nnstreamer" / "npucore_filter.py"
MODEL = str(files("npucore.demo") / "digits.tflite")


@dataclass
class TensorShape:
    """What NNStreamer asks a filter for: sizes from the innermost axis on, and a type of numpy."""

    dims: Sequence[int]
    type: type


@pytest.fixture
def custom_filter(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("nnstreamer_python")
    vars(module)["TensorShape"] = TensorShape
    monkeypatch.setitem(sys.modules, "nnstreamer_python", module)
    return runpy.run_path(str(EXAMPLE))["CustomFilter"]


def test_a_filter_answers_as_a_session(
    custom_filter: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    filtering = custom_filter(MODEL, "rocket", "placement=greedy")
    assert "npucore: digits.tflite: 16 of 17 ops" in capsys.readouterr().err
    assert filtering.getInputDim() == [TensorShape([1, 8, 8, 1], np.int8)]
    assert filtering.getOutputDim() == [TensorShape([10, 1], np.int8)]
    picture = np.arange(64, dtype=np.int8).reshape(1, 8, 8, 1)
    with npucore.Session(MODEL, "rocket", placement="greedy") as session:
        [wanted] = session.run([picture])
    [found] = filtering.invoke([picture.reshape(-1).view(np.uint8)])  # GStreamer's bytes
    assert (found.tolist(), found.dtype) == (wanted.reshape(-1).tolist(), np.int8)


def test_settings_are_words_behind_the_model(custom_filter: Any) -> None:
    with pytest.raises(FallbackError):
        custom_filter(MODEL, "rocket", "strict=1", "placement=greedy")
    with pytest.raises(InputError, match="no option 'colour'"):
        custom_filter(MODEL, "rocket", "colour=red")

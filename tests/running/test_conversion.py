# SPDX-License-Identifier: MIT
"""A network in another format gives what it gave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.quantize import Rounding
from npucore.running.conversion import format_of

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
IMAGES = np.random.default_rng(0).integers(-128, 128, (20, 1, 8, 8, 1), np.int8)


def answers(model: npucore.Graph | Path, rounding: Rounding) -> list[bytes]:
    with npucore.Session(model, "reference", rounding=rounding) as session:
        return [session.run(image)[0].tobytes() for image in IMAGES]


@pytest.mark.parametrize("format", ["onnx", "tflite"])
@pytest.mark.parametrize("rounding", Rounding)
def test_a_network_of_bytes_stays_what_it_is(
    format: str, rounding: Rounding, tmp_path: Path
) -> None:
    done = npucore.convert(DIGITS, format)
    path = tmp_path / f"digits.{format}"
    assert done.write(path) == len(path.read_bytes())
    assert answers(path, rounding) == answers(DIGITS, rounding)


def test_there_and_back_again(tmp_path: Path) -> None:
    npucore.convert(DIGITS, "onnx").write(tmp_path / "a.onnx")
    npucore.convert(tmp_path / "a.onnx", "tflite").write(tmp_path / "b.tflite")
    assert answers(tmp_path / "b.tflite", Rounding.TFLITE) == answers(DIGITS, Rounding.TFLITE)


def test_a_format_is_told_by_the_name() -> None:
    assert (format_of("x.onnx"), format_of(Path("y.tflite"))) == ("onnx", "tflite")
    with pytest.raises(npucore.InputError, match=r"x\.pb: wanted a name that ends in .onnx or .tf"):
        format_of("x.pb")

# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

import npucore as package
from npucore.cli import main

DIGITS = str(Path(package.__file__).parent / "demo" / "digits.tflite")


def test_it_says_what_it_has_written(tmp_path: Path, capsys: object) -> None:
    output = tmp_path / "digits.onnx"
    assert main(["convert", DIGITS, "-o", str(output), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)  # type: ignore[attr-defined]
    assert report.pop("size_bytes") == output.stat().st_size
    assert report == {
        "model": DIGITS,
        "output": str(output),
        "format": "onnx",
        "ops": 17,
        "rounding": "tflite",
        "read_with": "exact",
    }
    assert main(["convert", DIGITS, "-o", str(output)]) == 0
    said = capsys.readouterr().out  # type: ignore[attr-defined]
    assert said.endswith("17 ops as onnx; read again, its rounding rule is exact, not tflite\n")


def test_a_name_that_says_no_format_writes_nothing(tmp_path: Path, capsys: object) -> None:
    assert main(["convert", DIGITS, "-o", str(tmp_path / "x.pb")]) == 2
    assert "wanted a name that ends in .onnx or .tflite" in capsys.readouterr().err  # type: ignore[attr-defined]
    assert [*tmp_path.iterdir()] == []


def test_the_model_is_not_overwritten(tmp_path: Path) -> None:
    model = tmp_path / "m.tflite"
    model.write_bytes(Path(DIGITS).read_bytes())
    assert main(["convert", str(model), "-o", str(model)]) == 2
    assert model.read_bytes() == Path(DIGITS).read_bytes()

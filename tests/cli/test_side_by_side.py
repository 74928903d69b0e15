# SPDX-License-Identifier: MIT
"""``npucore run --each``, and what `demo` has of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.cli import main

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    (tensor,) = npucore.load(DIGITS).inputs
    rng = np.random.default_rng(1)  # whose answers differ
    np.save(tmp_path / "x.npy", rng.integers(-128, 128, tensor.shape, tensor.dtype))
    return ["run", str(DIGITS), "--input", str(tmp_path / "x.npy"), "--each", "--backend"]


def test_answers_stand_side_by_side(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "rocket,vsim:imx8mp,reference"]) == 0
    out = capsys.readouterr().out
    lines = {line.split("  ")[0]: line.split()[-3:] for line in out.splitlines() if line}
    assert out.split()[:3] == ["rocket", "vsim:imx8mp", "reference"]
    assert lines["runs on"] == ["simulator", "simulator", "cpu"]
    image = np.load(words[3])
    answers = [
        npucore.Session(DIGITS, b).run(image)[0] for b in ("rocket", "vsim:imx8mp", "reference")
    ]
    apart = [np.abs(a.astype(int) - answers[-1].astype(int)).max() for a in answers]
    assert lines["difference to the last"] == [str(number) for number in apart]
    assert out.rstrip().endswith("17 of 17 ops (100% of the MACs) on reference")


def test_json_has_a_report_for_each(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "rocket,reference", "--json", "--placement", "greedy"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["backend"], second["backend"]) == ("rocket", "reference")
    assert first["placed"]["rocket"] == 16
    assert second["placed"] == {"reference": 17}


def test_a_setting_reaches_those_that_have_it(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--json", "--option", "per_channel=requantize", "--trust", "sibling"]
    assert main([*words, "vsim,reference", *more]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first["placed"]["vsim"] > 12
    assert second["placed"] == {"reference": 17}


@pytest.mark.slow
def test_a_setting_of_the_demo_reaches_those_that_have_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--backend", "vsim", "--option", "per_channel=requantize", "--json"]) == 0
    (column,) = json.loads(capsys.readouterr().out)["backends"]
    assert column["placed"] == {"vsim": 16, "reference": 1}
    assert column["accuracy"] > 0.98


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["rocket"], "--each wants two or more names after --backend, found 1"),
        (["rocket,reference", "--save", "out.npz"], "--save writes one answer, and --each gives 2"),
        (["rocket,reference", "--option", "a=1"], "no option 'a' in rocket, reference"),
    ],
    ids=["one", "save", "option"],
)
def test_a_users_mistake_is_one_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main([*words, *more]) == 2
    assert capsys.readouterr().err == f"npucore: {said}\n"

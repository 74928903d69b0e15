# SPDX-License-Identifier: MIT
"""``npucore cache``, and what fills it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from npucore.cli import main
from tests.material.contract.exporting import DIGITS

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> list[str]:
    """The words of a run on rocket, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NPUCORE_CACHE")
    np.save(image := tmp_path / "image.npy", np.zeros((1, 8, 8, 1), np.int8))
    return ["run", str(DIGITS), "--input", str(image), "--backend", "rocket"]


def cache(capsys: Printed, *words: str) -> dict[str, object]:
    assert main(["cache", "--json", *words]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_second_run_says_the_same(run: list[str], capsys: Printed) -> None:
    told = []
    for _ in range(2):
        assert main(run) == 0
        told.append(re.sub(r"[\d.]+ ms", "", capsys.readouterr().out))
    assert told[0] == told[1]
    assert cache(capsys)["entries"] == 2  # programs, and what there is to say of boards


def test_clear_leaves_nothing(run: list[str], capsys: Printed, tmp_path: Path) -> None:
    assert main(run) == 0
    capsys.readouterr()
    found = cache(capsys, "--clear")
    assert (found["entries"], found["removed"], found["size_bytes"]) == (0, 2, 0)
    assert list((tmp_path / "npucore").iterdir()) == []
    assert main(["cache"]) == 0
    assert "entries   0" in capsys.readouterr().out


def test_without_the_cache_nothing_is_written(run: list[str], tmp_path: Path) -> None:
    assert main([*run, "--no-cache"]) == 0
    assert not (tmp_path / "npucore").exists()


def test_it_says_why_nothing_is_kept(
    run: list[str], capsys: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "npucore").mkdir()
    (tmp_path / "npucore").chmod(0o777)
    assert main(["cache"]) == 0
    assert "nothing is kept" in capsys.readouterr().out
    monkeypatch.setenv("NPUCORE_CACHE", "0")
    assert main(["cache"]) == 0
    assert "turned off by NPUCORE_CACHE" in capsys.readouterr().out


def test_strictness_holds_for_what_is_kept(run: list[str]) -> None:
    greedily = [*run, "--placement", "greedy"]
    assert main(greedily) == 0
    assert main([*greedily, "--strict"]) == 3

# SPDX-License-Identifier: MIT
"""The script for shells completes commands, options and files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from npucore.cli import main

pytest.importorskip("shtab", reason="shtab (npucore[completion]) is not installed")

ASK = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_npucore; '


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["npucore", "mo"], ["models"]),
        (["npucore", "run", "--no-c"], ["--no-cache"]),
        (["npucore", "run", "--placement", "gr"], ["greedy"]),
        (["npucore", "run", "mod"], ["model.tflite"]),
    ],
)
def test_bash_completes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], found: list[str]
) -> None:
    if (bash := shutil.which("bash")) is None:
        pytest.skip("no bash")
    assert main(["--print-completion", "bash"]) == 0
    (script := tmp_path / "script.sh").write_text(capsys.readouterr().out)
    (tmp_path / "model.tflite").touch()
    ask = [bash, "-c", ASK + 'printf "%s\\n" "${COMPREPLY[@]}"', "bash", str(script), *words]
    done = subprocess.run(ask, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.split() == found


def test_mistakes_are_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--print-completion", "fish"]) == 2
    assert "wanted bash, zsh, tcsh" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "bash"]) == 2
    assert "npucore[completion]" in capsys.readouterr().err

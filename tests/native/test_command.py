# SPDX-License-Identifier: MIT
"""``npucore delegate`` writes a library that is whole, and replaces no other one unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.faces.settings import ENVIRONMENT
from npucore.native import environment
from npucore.native.library import LIBPYTHON, SITES, library, slot, this_platform


def test_it_is_bound_to_this_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "libteflon.so"
    assert main(["delegate", "-o", str(output), "--json"]) == 0
    bound = environment.this_environment()
    data, told = output.read_bytes(), json.loads(capsys.readouterr().out)
    assert len(data) == told["size_bytes"] == library().stat().st_size
    assert slot(data, LIBPYTHON) == (told["libpython"] or "") == bound.libpython
    assert slot(data, SITES).split(":") == told["sites"] == list(bound.sites)
    assert (told["platform"], told["checked"]) == (this_platform(), False)


def test_without_a_shared_python_it_is_for_python_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_candidates", lambda: iter(()))
    assert main(["delegate", "-o", str(tmp_path / "lib.so")]) == 0
    assert "; for Python programs only: others need libpython3." in capsys.readouterr().out


def test_another_library_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (output := tmp_path / "libteflon.so").write_bytes(b"\x7fELF of Mesa")
    assert main(["delegate", "-o", str(output)]) == 2
    assert output.read_bytes() == b"\x7fELF of Mesa"
    assert capsys.readouterr().err == f"npucore: {output} is not npucore's: --force replaces it\n"
    assert main(["delegate", "-o", str(output), "--force"]) == 0
    assert main(["delegate", "-o", str(output)]) == 0  # its own


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["delegate", "-o", str(tmp_path / "teflon" / "libteflon.so")]) == 2
    assert "libteflon.so: cannot write it: No such file or directory" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_fresh_process_makes_a_delegate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["delegate", "-o", str(tmp_path / "lib.so"), "--check"]
    assert main(words) == 0
    assert ", makes a delegate; " in capsys.readouterr().out
    monkeypatch.setenv(ENVIRONMENT, "nope")
    assert main(words) == 2
    assert "is written, but makes no delegate: npucore: no backend called" in (
        capsys.readouterr().err
    )

# SPDX-License-Identifier: MIT
"""The skeleton works as it is written, installed beside npucore and away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.conformance.new_backend import files

EXAMPLE = Path(__file__).parents[2] / "examples/minimal_backend"


def test_the_example_is_what_the_command_writes() -> None:
    for path, text in files("minimal"):
        assert (EXAMPLE / path).read_text() == text, f"run: npucore new-backend minimal ({path})"


def test_the_example_is_short() -> None:
    assert (EXAMPLE / "npucore_minimal/__init__.py").read_text().count("\n") < 200


@pytest.mark.parametrize("name", ["My NPU", "my-npu", "9npu", "class", ""])
def test_a_wrong_name_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = tmp_path / "new"
    assert main(["new-backend", name, "--folder", str(folder)]) == 2
    assert "wanted small letters" in capsys.readouterr().err
    assert not folder.exists()


def test_a_folder_that_exists_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-backend", "my_npu", "--folder", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_new_backend_is_installed_and_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, site = tmp_path / "source", tmp_path / "site"
    assert main(["new-backend", "my_npu", "--folder", str(folder), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["files"]) == 4
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run(
        [*install, str(site), "--no-build-isolation", "--no-index", str(folder)], check=True
    )
    judge = ["-m", "npucore", "conformance", "my_npu", "--quick", "--json"]
    done = subprocess.run(
        [sys.executable, *judge, "-k", "contract or add"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    add = next(op for op in report["ops"] if op["op"] == "add")
    assert report["backend"] == "my_npu"
    assert add["outcomes"]["passed"] >= 10
    assert add["columns"]["exact"]["largest"] == 1

# SPDX-License-Identifier: MIT
"""``new-op`` writes files that type-check and whose test says what is left to fill in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.conformance.new_op import FILES, PUBLIC
from tests.material.published import is_as_published

SHALLOW = (  # other modules, which are Any here, have a check of their own
    "--follow-imports=skip",
    "--allow-subclassing-any",
    "--allow-untyped-decorators",
    "--no-warn-return-any",
)

ROOT = Path(__file__).parents[2]
NEEDED = ("npucore", "frontends", "tests/material/tflite")
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A checkout as far as the command looks."""
    for path in (PUBLIC, *map(Path, FILES.values())):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / PUBLIC).touch()
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def found(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_written_and_the_one_to_edit_is_named(empty: Path, capsys: Printed) -> None:
    before = found(empty)
    assert main(["new-op", "soft_plus", "--folder", str(empty / "npucore" / "ops")]) == 0
    said = capsys.readouterr().out
    fresh = found(empty) - before
    assert fresh == {Path(target.format(name="soft_plus")) for target in FILES.values()}
    assert all(str(empty / path) in said for path in fresh)
    assert f"{empty / PUBLIC} wants the line" in said
    assert "from npucore.ops.soft_plus import SoftPlus as SoftPlus" in said


def test_the_same_as_json(empty: Path, capsys: Printed) -> None:
    assert main(["new-op", "soft_plus", "--folder", str(empty), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert is_as_published(said, "new-op")
    assert len(said["files"]) == len(FILES)
    assert said["edit"] == {
        "file": str(empty / PUBLIC),
        "line": "from npucore.ops.soft_plus import SoftPlus as SoftPlus",
    }


@pytest.mark.parametrize("name", ["SoftPlus", "soft-plus", "9plus", "class", "_plus", "a__b", ""])
def test_a_wrong_name_writes_nothing(empty: Path, capsys: Printed, name: str) -> None:
    before = found(empty)
    assert main(["new-op", name, "--folder", str(empty)]) == 2
    assert "wanted small letters" in capsys.readouterr().err
    assert found(empty) == before


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path, capsys: Printed) -> None:
    assert main(["new-op", "soft_plus", "--folder", str(tmp_path)]) == 2
    assert "is in no checkout of npucore" in capsys.readouterr().err
    assert found(tmp_path) == set()


@pytest.mark.parametrize("taken", FILES.values())
def test_a_file_that_exists_is_left_alone_and_no_other_is_written(
    empty: Path, capsys: Printed, taken: str
) -> None:
    (empty / taken.format(name="soft_plus")).write_text("mine")
    before = found(empty)
    assert main(["new-op", "soft_plus", "--folder", str(empty)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert found(empty) == before


def test_a_folder_that_cannot_be_written_gets_nothing(empty: Path, capsys: Printed) -> None:
    shutil.rmtree(empty / "tests")
    (empty / "tests").touch()  # where the last file would go
    before = found(empty)
    assert main(["new-op", "soft_plus", "--folder", str(empty)]) == 2
    assert "cannot write it" in capsys.readouterr().err
    assert found(empty) == before


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The parts of this checkout that an op's files need."""
    away = shutil.ignore_patterns("__pycache__")
    for name in NEEDED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=away)
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.long
def test_the_skeleton_type_checks_and_its_test_says_what_to_fill_in(copy: Path) -> None:
    assert main(["new-op", "soft_plus", "--folder", str(copy)]) == 0
    written = [target.format(name="soft_plus") for target in FILES.values()]
    roots = [copy, copy / "frontends/tflite", copy / "frontends/onnx"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, roots))}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=copy, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    checked = run("mypy", *SHALLOW, *written)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tested = run("pytest", "-q", "-p", "no:cacheprovider", written[-1])
    assert tested.returncode == 1, tested.stdout + tested.stderr
    assert "npucore/ops/__init__.py wants the line" in tested.stdout
    with (copy / PUBLIC).open("a") as file:
        file.write("\nfrom npucore.ops.soft_plus import SoftPlus as SoftPlus\n")
    assert "OPERATORS is to say which operators are read" in run("pytest", "-q", written[-1]).stdout

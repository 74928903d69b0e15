# SPDX-License-Identifier: MIT
"""The example of a family: installed beside npucore and judged; and what the page says of it."""

from __future__ import annotations

import ast
import doctest
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import npucore
from npucore_tinyacc import layout, stream
from npucore_tinyacc.backend import TinyaccBackend

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/family_backend"
PACKAGE = EXAMPLE / "npucore_tinyacc"
PAGE = ROOT / "docs/write-a-backend.md"

WANTED = "contract or test_ops and (add- or convolution- or fully_connected- or reshape-)"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., object]:
    """The suite's report on the example, installed beside npucore and away from the checkout."""
    site = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    build = ["--no-build-isolation", "--no-index", str(EXAMPLE)]
    subprocess.run([*install, str(site), *build], check=True)
    world = os.environ | {"PYTHONPATH": str(site)}

    def report(name: str, *words: str) -> object:
        judge = [sys.executable, "-m", "npucore", "conformance", name, "--quick", "--json", *words]
        done = subprocess.run(
            judge, cwd=site, env=world, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return report


def test_it_conforms(judged: Callable[..., object]) -> None:
    report = judged("tinyacc", "-k", WANTED)
    assert isinstance(report, dict)
    rows = {row["op"]: row for row in report["ops"]}
    for op, least in {"add": 20, "convolution": 40, "fully_connected": 9, "reshape": 4}.items():
        assert rows[op]["outcomes"]["passed"] >= least
        assert rows[op]["columns"]["exact"]["largest"] == 0


def test_the_other_chip_conforms_behind_its_driver(judged: Callable[..., object]) -> None:
    report = judged("tinyacc:t2", "--option", "device=virtual", "-k", "contract")
    assert isinstance(report, dict)
    assert report["outcomes"]["passed"] >= 20


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_example_knows_no_reference() -> None:
    every = {module for path in PACKAGE.rglob("*.py") for module in _imports(path)}
    assert not [module for module in every if module.startswith("npucore.reference")]


@pytest.mark.parametrize("module", [layout, stream], ids=["layout", "stream"])
def test_its_doctests_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # both are modules


def _lines(path: Path) -> int:
    """Without empty ones, docstrings, comments and imports."""
    tree, left_out = ast.parse(path.read_text()), set[int]()
    for node in ast.walk(tree):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if text or isinstance(node, ast.Import | ast.ImportFrom):
            assert isinstance(node, ast.stmt)
            left_out |= {*range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = enumerate(path.read_text().splitlines(), 1)
    kept = [line.strip() for number, line in lines if number not in left_out]
    return sum(bool(line) and not line.startswith("#") for line in kept)


def test_the_page_counts_the_lines_of_every_file() -> None:
    rows = re.findall(r"^\| \[`([\w/.]+)`\].* (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    said = {name: int(lines) for name, lines in rows}
    files = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    assert said == {path.relative_to(PACKAGE).as_posix(): _lines(path) for path in files}
    assert f"{sum(said.values())} lines" in PAGE.read_text()


def test_its_board_is_modelled() -> None:
    done = npucore.benchmark(
        ROOT / "npucore/demo/digits.tflite", TinyaccBackend("t2", trust="paper"), streams=4
    )
    assert done.board is not None
    assert done.board.speeds["tinyacc"].unmodelled == "the driver and conversions"
    assert done.time is not None
    assert done.time.device > 0

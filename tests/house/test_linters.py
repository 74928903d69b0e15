# SPDX-License-Identifier: MIT
"""The linters are tests like any others, so that one command runs everything."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FILE_LINES = 300
FUNCTION_LINES = 40


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        pytest.param(["mypy"], marks=pytest.mark.slow),  # a minute, the first time
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_a_linter_has_nothing_to_say(command: list[str]) -> None:
    words = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def sources() -> Iterator[Path]:
    for folder in ("npucore", "backends", "frontends", "tests", "tools", "benchmarks"):
        yield from (ROOT / folder).rglob("*.py")


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short_and_licensed(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("# SPDX-License-Identifier: MIT\n")
    assert text.count("\n") <= FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name} has {length} lines"

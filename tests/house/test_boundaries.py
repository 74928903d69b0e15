# SPDX-License-Identifier: MIT
"""The command line ends where the package begins."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import npucore
from npucore.cli.selection import TAKEN

CORE = Path(npucore.__file__).parent
CLI = CORE / "cli"
ARGUMENTS = {"parser.py", "starting.py", "selection.py", "feeding.py", "inputs.py", "__init__.py"}
"""Modules that make typed values of a command's arguments."""
WITH_OPTIONS = ("run", "detect", "explain", "summarize", "benchmark", "compile", "diagnose")


def outside() -> Iterator[Path]:
    """Modules of the core that are neither the command line nor commands themselves."""
    for path in CORE.rglob("*.py"):
        if CLI not in path.parents and path.name != "__main__.py":
            yield path


def imported(path: Path) -> set[str]:
    """Every module that is imported anywhere in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
    return found


def test_only_the_command_line_knows_arguments() -> None:
    assert [path for path in outside() if "argparse" in imported(path)] == []


@pytest.mark.parametrize("room", ["running", "vision", "files", "contract", "reference", "family"])
def test_rooms_below_the_command_line_print_nothing(room: str) -> None:
    for path in (CORE / room).rglob("*.py"):
        assert not any(name.partition(".")[0] == "rich" for name in imported(path)), path
        calls = (n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call))
        assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}, path


def test_a_namespace_goes_no_deeper_than_its_command() -> None:
    for path in CLI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and "Namespace" in ast.unparse(node.args):
                assert path.name in ARGUMENTS or node.name == "execute", f"{path.name} {node.name}"


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_no_option_of_a_backend_is_taken_for_an_argument(name: str) -> None:
    parameters = inspect.signature(getattr(npucore, name)).parameters.values()
    assert {p.name for p in parameters if p.kind is not p.VAR_KEYWORD} <= TAKEN

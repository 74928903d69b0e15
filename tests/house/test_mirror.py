# SPDX-License-Identifier: MIT
"""Tests lie as what they test does; what they share lies apart, in tests/material."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
MATERIAL = TESTS / "material"
PACKAGES = {
    **{path.name: path for path in (ROOT / "npucore").iterdir() if path.is_dir()},
    **{path.name: path / f"npucore_{path.name}" for path in (ROOT / "backends").iterdir()},
    **{path.name: path / f"npucore_{path.name}" for path in (ROOT / "frontends").iterdir()},
}
"""Folder of tests -> the package that they test. A frontend goes before a room of its name."""

ELSEWHERE = {
    "house": "the repository itself: linters, documents, this plan",
    "networks": "public networks, through everything",
    "plugins": "npucore/plugins.py, by a distribution that is installed",
}
PUBLIC = "test_public_api.py"  # of npucore/__init__.py
MODULES = [path for path in sorted(TESTS.rglob("*.py")) if path.name != "conftest.py"]
HERE = [path for path in MODULES if MATERIAL not in path.parents]


def ids(path: Path) -> str:
    return str(path.relative_to(TESTS))


def names_of_tests(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    functions = (node.name for node in nodes if isinstance(node, ast.FunctionDef))
    return [name for name in functions if name.startswith("test_")]


@pytest.mark.parametrize("path", HERE, ids=ids)
def test_a_file_of_tests_lies_as_what_it_tests(path: Path) -> None:
    first, *inner = path.relative_to(TESTS).parts
    if not inner:
        module = first.removeprefix("test_")
        assert first == PUBLIC or (ROOT / "npucore" / module).is_file()
    elif first not in ELSEWHERE:
        assert first in PACKAGES, f"no package, and none of {', '.join(ELSEWHERE)}"
        assert PACKAGES[first].joinpath(*inner[:-1]).is_dir()


@pytest.mark.parametrize("path", HERE, ids=ids)
def test_no_module_without_tests_stands_among_tests(path: Path) -> None:
    assert path.name.startswith("test_"), "what tests share lies in tests/material"
    assert names_of_tests(path)


def test_material_holds_no_tests() -> None:
    for path in set(MODULES) - set(HERE):
        assert not path.name.startswith("test_"), path
        assert names_of_tests(path) == [], path


def test_material_lies_as_the_tests_do() -> None:
    folders = {path.name for path in MATERIAL.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= PACKAGES.keys() | ELSEWHERE.keys()

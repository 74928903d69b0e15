# SPDX-License-Identifier: MIT
"""What other people's code imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import npucore


@pytest.mark.parametrize("name", npucore.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(npucore, name) is not None


def test_the_stubs_for_type_checkers_name_the_same_things() -> None:
    tree = ast.parse(Path(npucore.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    stubs = {
        alias.name
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
        for alias in node.names
    }
    assert stubs == set(npucore.__all__) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        npucore.nonsense  # noqa: B018


def test_importing_npucore_imports_nothing_heavy() -> None:
    code = "import sys, npucore; print(sorted({'numpy', 'pluggy', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

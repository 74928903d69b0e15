# SPDX-License-Identifier: MIT
"""A runtime itself is found where something stands in its place."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from npucore.faces.modules import made, parent, put
from npucore.family.original import original

PACKAGE, MODULE = "some_runtime", "some_runtime.interpreter"


@pytest.fixture(autouse=True)
def _package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").touch()
    (tmp_path / PACKAGE / "interpreter.py").write_text("from some_runtime import other\nWHO = 1\n")
    (tmp_path / PACKAGE / "other.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in (PACKAGE, MODULE, f"{PACKAGE}.other"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.parametrize("before", [True, False], ids=["imported", "not-imported"])
def test_it_is_what_was_replaced(before: bool) -> None:
    kept = original(MODULE) if before else None
    with ExitStack() as undo:
        put(undo, made(MODULE, {"WHO": 2}), parent(undo, PACKAGE))
        found = original(MODULE)
        assert found.WHO == 1
        assert original(MODULE) is found
        assert kept in (None, found)
        assert sys.modules[MODULE].WHO == 2
    assert original(MODULE).WHO == 1


def test_what_is_not_installed_is_an_import_error() -> None:
    with ExitStack() as undo:
        name = f"{PACKAGE}.nothing"
        put(undo, made(name, {}), parent(undo, PACKAGE))
        with pytest.raises(ImportError, match="no module named"):
            original(name)

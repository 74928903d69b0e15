# SPDX-License-Identifier: MIT
"""Entries lead to functions, and whatever those raise is one sentence."""

from __future__ import annotations

import sys
import types

import pytest

from npucore.errors import InputError, NpucoreError
from npucore.native import entries
from npucore.native.library import FOLDER


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType("behind")
    monkeypatch.setitem(sys.modules, "behind", module)
    monkeypatch.setattr(entries, "ENTRIES", {"entry": "behind:function"})
    return module


def test_every_entry_of_the_library_has_its_place() -> None:
    source = FOLDER.with_name("shim.c").read_text()
    assert all(f'"{name}", "sK' in source for name in entries.ENTRIES)
    assert source.count("ask(") == len(entries.ENTRIES) + 1


def test_arguments_and_answers_are_integers(behind: types.ModuleType) -> None:
    behind.function = lambda *numbers: sum(numbers)  # type: ignore[attr-defined]
    assert entries.enter("entry", 1, 2) == 3
    behind.function = lambda: None  # type: ignore[attr-defined]
    assert entries.enter("entry") == 0


def test_an_error_is_one_sentence(behind: types.ModuleType) -> None:
    def fails(error: Exception) -> None:
        raise error

    behind.function = lambda: fails(InputError("no backend"))  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=r"^no backend$"):
        entries.enter("entry")
    behind.function = lambda: fails(KeyError("x"))  # type: ignore[attr-defined]
    with pytest.raises(NpucoreError, match=r"^KeyError: 'x'$"):
        entries.enter("entry")

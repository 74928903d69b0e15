# SPDX-License-Identifier: MIT
"""The page of LiteRT's operators keeps what it says, and says enough."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert", reason="the oracle, LiteRT, is not installed")

from npucore_tflite import ops
from npucore_tflite.control import READERS
from npucore_tflite.index import FILES
from npucore_tflite.ops import REFUSED, builders, folders
from tools.litert_parity.builtins import operators
from tools.litert_parity.judge import EQUAL, answer
from tools.litert_parity.sample import DTYPES
from tools.litert_parity.table import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "litert-parity.md"


def rows() -> dict[str, dict[str, str]]:
    found = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(DTYPES) + 1 and cells[0] in TABLE:
            found[cells[0]] = dict(zip(DTYPES, cells[1:], strict=True))
    return found


@pytest.mark.parametrize("name", TABLE)
def test_what_the_page_calls_equal_is(name: str) -> None:
    for dtype, mark in rows()[name].items():
        if mark == "=":
            assert answer(name, dtype) == (EQUAL, "")


def test_nothing_differs() -> None:
    marks = {mark for row in rows().values() for mark in row.values()}
    assert marks == {"=", "refused", "fault", ""}


def test_nearly_every_stateless_operator_is_read() -> None:
    read = {*builders(), *folders(), *READERS}
    names = [name for name in operators() if not name.startswith(APART)]
    missing = {name for name in names if name not in read and name not in NO_KERNEL}
    assert len(missing) <= 0.05 * len(names)
    assert missing <= REFUSED.keys()


NO_KERNEL = {"CALL", "CONCAT_EMBEDDINGS", "DELEGATE"}
APART = ("STABLEHLO_", "HASHTABLE", "RANDOM_", "MULTINOMIAL")
"""StableHLO's operators are counted apart; tables and generators of chance are states."""


def test_the_index_names_the_file_of_every_operator() -> None:
    files = {
        operator: module.name
        for module in pkgutil.iter_modules(ops.__path__)
        for table in ("OPERATORS", "FOLDERS")
        for operator in getattr(importlib.import_module(f"{ops.__name__}.{module.name}"), table, ())
    }
    assert files == FILES

# SPDX-License-Identifier: MIT
"""Walls between rooms hold for modules that do not exist yet."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

from tools.import_walls import AllowListContract

ROOT = Path(__file__).parents[2]
FAMILIES = ("npucore_rocket", "npucore_vsim", "npucore_nvdla", "npucore_tinyacc")
"""The last one is the example."""


def contracts() -> list[dict[str, Any]]:
    """Those of pyproject.toml that are allow-lists."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [c for c in settings["contracts"] if c["type"] == AllowListContract.type_name]


def broken(graph: grimp.ImportGraph) -> list[str]:
    """Strays of all contracts."""
    found: list[str] = []
    for options in contracts():
        own = {key: value for key, value in options.items() if key not in ("name", "type")}
        contract = AllowListContract(options["name"], {}, own)
        found += contract.check(graph, verbose=False).metadata["strays"]
    return found


@pytest.fixture
def graph() -> grimp.ImportGraph:
    """As it is; a test may change it."""
    return grimp.build_graph("npucore", *FAMILIES, cache_dir=None)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_module_that_simulator_and_layout_share_breaks_a_contract(
    family: str, graph: grimp.ImportGraph
) -> None:
    assert broken(graph) == []
    shared, simulator = f"{family}.shared", f"{family}.sim.device"
    maker = f"{family}.layout" if f"{family}.layout" in graph.modules else f"{family}.coefs.v7"
    graph.add_module(shared)
    graph.add_import(importer=simulator, imported=shared)
    graph.add_import(importer=maker, imported=shared)
    assert f"{simulator} imports {shared}, which is not on the list" in broken(graph)
    assert f"{maker} imports {shared}, which is not on the list" in broken(graph)


def test_a_family_that_comes_later_has_the_same_walls(graph: grimp.ImportGraph) -> None:
    for module in ("npucore_later", "npucore_later.sim", "npucore_later.plan"):
        graph.add_module(module)
    graph.add_import(importer="npucore_later.sim", imported="npucore_later.plan")
    graph.add_import(importer="npucore_later.plan", imported="npucore.family.device")
    assert broken(graph) == [
        "npucore_later.sim imports npucore_later.plan, which is not on the list",
        "npucore_later.plan imports npucore.family.device, which is not on the list",
    ]


def test_a_simulator_imports_no_arithmetic_of_the_core(graph: grimp.ImportGraph) -> None:
    graph.add_import(importer="npucore_rocket.sim.core", imported="npucore.quantize")
    assert broken(graph) == [
        "npucore_rocket.sim.core imports npucore.quantize, which is not on the list"
    ]

# SPDX-License-Identifier: MIT
"""Modules form no circle, rooms lie in layers, and the core is small enough to be known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from pkgutil import iter_modules

import grimp
import pytest

import npucore

ROOT = Path(__file__).parents[2]
LINTED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
(LAYERS,) = (
    [set(layer.split(" | ")) for layer in contract["layers"]]
    for contract in LINTED["contracts"]
    if contract["name"] == "the core is layered"
)
LAYER = {room: number for number, layer in enumerate(LAYERS) for room in layer}
"""Room -> number of its layer, 0 for the highest."""

CORE = {
    "cli",
    "conformance",
    "contract",
    "family",
    "files",
    "hw",
    "ops",
    "reference",
    "rewrite",
    "running",
    "vision",
}
BESIDE = {
    "demo",  # a network and its digits
    "executorch",  # a door for programs of ExecuTorch
    "faces",  # what doors for programs of other runtimes have in common
    "frigate",  # a door for Frigate, the recorder of cameras
    "litert",  # a door for programs that speak LiteRT's Interpreter
    "native",  # the library through which runtimes in C come in
    "onnx",  # a door for programs that speak onnx.backend.base
    "ort",  # a door for programs that speak ONNX Runtime's InferenceSession
    "serving",  # a door for programs that speak HTTP
    "torch",  # a door for programs that call torch.compile, and a quantizer for them
    "ultralytics",  # a door for programs that open models with YOLO()
}
DOORS = {
    "npucore",  # names from everywhere, imported when they are first used
    "npucore.__main__",
    "npucore.moved",  # modules under earlier names
}
MOST_PACKAGES = MOST_MODULES = 12


@cache
def imports() -> grimp.ImportGraph:
    """Every import within the repository, wherever it stands, those for type checkers, too."""
    first, *others = LINTED["root_packages"]
    return grimp.build_graph(first, *others, cache_dir=None)


def arrows() -> Iterator[tuple[str, str]]:
    """(importing module, imported module)."""
    for importer in imports().modules:
        for imported in imports().find_modules_directly_imported_by(importer):
            yield importer, imported


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_no_modules_import_each_other_in_a_circle() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importer, imported in set(arrows()):
        sorter.add(importer, imported)
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_every_room_of_the_core_has_a_layer() -> None:
    rooms = {room(module) for module in imports().modules if room(module).startswith("npucore.")}
    assert rooms - DOORS == set(LAYER)


def test_no_arrow_between_rooms_runs_against_the_layers() -> None:
    between = {(room(a), room(b)) for a, b in arrows() if room(a) != room(b)}
    against = [
        (importer, imported)
        for importer, imported in between
        if importer in LAYER and imported in LAYER and LAYER[importer] >= LAYER[imported]
    ]
    assert against == []


def test_the_core_has_few_rooms() -> None:
    packages = {module.name for module in iter_modules(npucore.__path__) if module.ispkg}
    assert packages == CORE | BESIDE
    assert len(CORE) <= MOST_PACKAGES
    assert len([*(ROOT / "npucore").glob("*.py")]) <= MOST_MODULES

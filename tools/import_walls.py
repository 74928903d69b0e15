# SPDX-License-Identifier: MIT
"""Walls as allow-lists, for import-linter: what a room may import, in every family of NPUs.

A list of what is forbidden has a hole for every module that comes later; a list of what is allowed
has none. A family is a package that matches the contract's pattern and has a simulator.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

SIMULATOR = "sim"  # what makes a package a family


class AllowListContract(Contract):
    """Rooms of every family import nothing but certain other rooms and parts of the core.

    Configuration
    -------------
    families
        A pattern of packages, as ``npucore_*``.
    rooms
        Modules or packages right below a family's that the contract is about; they may import one
        another.
    own
        Rooms of the same family that they may import.
    core
        What they may import of npucore, with everything below it.
    """

    type_name = "allow_list"

    families = fields.StringField()
    rooms = fields.ListField(subfield=fields.StringField())
    own = fields.ListField(subfield=fields.StringField())
    core = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import; what is allowed has walls of its own."""
        strays = [
            f"{importer} imports {imported}, which is not on the list"
            for family in self._families(graph)
            for importer in self._members(graph, family)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._allowed(family, imported)
        ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every stray import."""
        for stray in check.metadata["strays"]:
            output.print_error(stray)

    def _families(self, graph: ImportGraph) -> list[str]:
        pattern: Any = self.families
        roots = {module.split(".")[0] for module in graph.modules}
        simulated = {root for root in roots if f"{root}.{SIMULATOR}" in graph.modules}
        return sorted(root for root in simulated if fnmatch(root, pattern))

    def _members(self, graph: ImportGraph, family: str) -> Iterator[str]:
        for room in _names(self.rooms):
            if (module := f"{family}.{room}") in graph.modules:
                yield module
                yield from sorted(graph.find_descendants(module))

    def _allowed(self, family: str, imported: str) -> bool:
        root, _, rest = imported.partition(".")
        if root == family:
            return rest.split(".")[0] in (*_names(self.rooms), *_names(self.own))
        if root == "npucore":
            parts = _names(self.core)
            return any(imported == part or imported.startswith(f"{part}.") for part in parts)
        return not root.startswith("npucore")  # other packages have contracts of their own


def _names(field: Any) -> tuple[str, ...]:
    return tuple(field)

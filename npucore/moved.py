# SPDX-License-Identifier: MIT
"""Modules under the names that they had before the core had rooms, for plugins that use them."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

ROOMS = {
    "contract": "backend frontend listing scheme timeline",
    "family": "measured rules selftest",
    "files": "archive artifact atomic boundary budget document file_kinds serialize stored_arrays",
    "running": "compilation execution footprint layer_error loading measure open_shapes partition "
    "process session streams work",
}
"""Room -> modules of today that once lay beside it."""
NOW = {
    f"npucore.{module}": f"npucore.{room}.{module}"
    for room, modules in ROOMS.items()
    for module in modules.split()
}


class MovedModules:
    """Imports the module of today, with a `DeprecationWarning`; both names mean the same object.

    A finder and a loader of `importlib`, whose base classes take 40 ms to import.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """A spec for an old name, None for any other."""
        if fullname not in NOW:
            return None
        return ModuleSpec(fullname, self)  # type: ignore[arg-type]  # a loader but for its base

    def create_module(self, spec: ModuleSpec) -> None:
        """The default one, which `exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        """Put today's module in the place of *module*."""
        import warnings

        old = module.__name__
        warnings.warn(f"{old} is {NOW[old]} now", DeprecationWarning, stacklevel=2)
        sys.modules[old] = importlib.import_module(NOW[old])

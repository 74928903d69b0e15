# SPDX-License-Identifier: MIT
"""Modules of other runtimes themselves, where `npucore exec` has put npucore in their place."""

from __future__ import annotations

import importlib
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType

REPLACED = "__npucore_replaced__"
"""The attribute of a stand-in: the module in whose place it is, None for one not imported yet."""


def original(name: str) -> ModuleType:
    """The installed module of that name. Raises `ImportError` where there is none."""
    module = importlib.import_module(name)
    if REPLACED not in vars(module):
        return module
    if vars(module)[REPLACED] is None:
        vars(module)[REPLACED] = _loaded(name)
    found: ModuleType = vars(module)[REPLACED]
    return found


def _loaded(name: str) -> ModuleType:
    """The module, executed, but not put among those that programs import."""
    package = importlib.import_module(name.rpartition(".")[0])
    spec = PathFinder.find_spec(name, package.__path__)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module named {name!r}", name=name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

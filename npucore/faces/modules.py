# SPDX-License-Identifier: MIT
"""Modules and names of this process, changed until an `ExitStack` is closed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from npucore.family.original import REPLACED


def made(name: str, names: Mapping[str, Any]) -> ModuleType:
    """A module of that name, which programs may import from or look for."""
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    vars(module).update(names)
    vars(module)[REPLACED] = sys.modules.get(name)
    return module


def parent(undo: ExitStack, package: str) -> ModuleType:
    """The installed package, or an empty one."""
    try:
        return importlib.import_module(package)
    except ImportError:
        return put(undo, made(package, {}))


def put(undo: ExitStack, module: ModuleType, parent: ModuleType | None = None) -> ModuleType:
    """Make *module* the one of its name until *undo* is closed."""
    name = module.__name__
    if name in sys.modules:
        undo.callback(sys.modules.__setitem__, name, sys.modules[name])
    else:
        undo.callback(sys.modules.pop, name, None)
    sys.modules[name] = module
    if parent is not None:
        attach(undo, parent, name.rpartition(".")[2], module)
    return module


def attach(undo: ExitStack, owner: Any, name: str, value: object) -> None:
    """Give *owner* an attribute until *undo* is closed."""
    if hasattr(owner, name):
        undo.callback(setattr, owner, name, getattr(owner, name))
    else:
        undo.callback(delattr, owner, name)
    setattr(owner, name, value)


def replace_names(undo: ExitStack, module: str, names: Mapping[str, Any]) -> None:
    """Give an installed module other *names*, now or when it is imported, until *undo* is closed.

    All else that it has stays.
    """

    def change(imported: ModuleType) -> None:
        for name, value in names.items():
            attach(undo, imported, name, value)

    change_module(undo, module, change)


def change_module(undo: ExitStack, module: str, change: Callable[[ModuleType], None]) -> None:
    """Call *change* with an installed module, now or once it is imported.

    Once *undo* is closed, it is not called any more.
    """
    if module in sys.modules:
        change(sys.modules[module])
        return
    finder = _Changing(module, change)
    sys.meta_path.insert(0, finder)
    undo.callback(sys.meta_path.remove, finder)


class _Changing:
    """Finds one module where the other finders do, and changes it once it is executed."""

    def __init__(self, module: str, change: Callable[[ModuleType], None]) -> None:
        self._module, self._change, self._asked = module, change, False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """The spec of the module, None for any other."""
        if fullname != self._module or self._asked:
            return None
        self._asked = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asked = False
        if spec is not None and spec.loader is not None:
            execute, change = spec.loader.exec_module, self._change

            def exec_module(module: ModuleType) -> None:
                execute(module)
                change(module)

            vars(spec.loader)["exec_module"] = exec_module
        return spec

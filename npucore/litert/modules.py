# SPDX-License-Identifier: MIT
"""Modules under the names of LiteRT's packages, for as long as a program runs."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGES = ("tflite_runtime", "ai_edge_litert")
TENSORFLOW = "tensorflow"
PLACES = ("lite", "lite.experimental", "lite.python.interpreter")
"""Where TensorFlow has what LiteRT's packages call ``interpreter``.

It defines all of it in the last one, and imports it from there into the others.
"""


@contextmanager
def in_place(names: Mapping[str, Any]) -> Iterator[None]:
    """*names* are what programs import from LiteRT, whether it is installed or not.

    Everything else of an installed package stays as it is.
    """
    with ExitStack() as undo:
        for package in PACKAGES:
            _put(undo, _module(f"{package}.interpreter", names), _parent(undo, package))
        if importlib.util.find_spec(TENSORFLOW) is None:
            _make_tensorflow(undo, names)
        else:
            _put(undo, _module(f"{TENSORFLOW}.{PLACES[-1]}", names))
        yield


def _module(name: str, names: Mapping[str, Any]) -> ModuleType:
    """A module of that name, which programs may import from or look for."""
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    vars(module).update(names)
    return module


def _parent(undo: ExitStack, package: str) -> ModuleType:
    """The installed package, or an empty one."""
    try:
        return importlib.import_module(package)
    except ImportError:
        return _put(undo, _module(package, {}))


def _put(undo: ExitStack, module: ModuleType, parent: ModuleType | None = None) -> ModuleType:
    """Make *module* the one of its name until *undo* is called."""
    name = module.__name__
    if name in sys.modules:
        undo.callback(sys.modules.__setitem__, name, sys.modules[name])
    else:
        undo.callback(sys.modules.pop, name, None)
    sys.modules[name] = module
    if parent is not None:
        _set(undo, parent, name.rpartition(".")[2], module)
    return module


def _set(undo: ExitStack, owner: Any, name: str, value: object) -> None:
    if hasattr(owner, name):
        undo.callback(setattr, owner, name, getattr(owner, name))
    else:
        undo.callback(delattr, owner, name)
    setattr(owner, name, value)


def _make_tensorflow(undo: ExitStack, names: Mapping[str, Any]) -> None:
    """A package that has nothing but what LiteRT has."""
    made = {TENSORFLOW: _put(undo, _module(TENSORFLOW, {}))}
    for place in PLACES:
        parts = place.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join([TENSORFLOW, *parts[:length]])
            if name not in made:
                inside = names if ".".join(parts[:length]) in PLACES else {}
                parent = made[name.rpartition(".")[0]]
                made[name] = _put(undo, _module(name, inside), parent)

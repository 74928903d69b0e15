# SPDX-License-Identifier: MIT
"""Ultralytics' table of formats, with one more.

It has no public way to add one, so that private names are used, each looked for before it is. They
are those of ultralytics 8.4: ``AutoBackend._BACKEND_MAP`` (format -> class), ``AutoBackend.
_model_type`` (path -> format), ``BaseBackend``, and ``guess_model_task`` of ``engine.model``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import ModuleType
from typing import Any

from npucore.errors import UnsupportedError
from npucore.faces.modules import attach, change
from npucore.faces.settings import Settings

FORMAT, SUFFIX = "npu", ".npu"
PACKAGE = "ultralytics"
TRIED = "8.4"

Moved = Callable[[str], None]
"""Hears the sentence about a name that is not where it was."""


def register(undo: ExitStack, settings: Settings, moved: Moved) -> None:
    """Make ultralytics open artefacts by *settings* until *undo* is closed.

    Its modules are changed now, or when they are imported.
    """

    def formats(module: ModuleType) -> None:
        from npucore.faces.ultralytics.backend import backend_class

        auto = _found(module, "AutoBackend", moved)
        classes = _found(auto, "_BACKEND_MAP", moved)
        known = _found(auto, "_model_type", moved)
        base = _found(sys.modules.get(f"{PACKAGE}.nn.backends.base"), "BaseBackend", moved)
        if auto is None or classes is None or known is None or base is None:
            return

        def model_type(*words: Any, **named: Any) -> Any:
            path = str(words[0]) if words else ""
            return FORMAT if path.lower().endswith(SUFFIX) else known(*words, **named)

        attach(undo, auto, "_BACKEND_MAP", {**classes, FORMAT: backend_class(base, settings)})
        attach(undo, auto, "_model_type", staticmethod(model_type))

    def tasks(module: ModuleType) -> None:
        guess = _found(module, "guess_model_task", moved)
        if guess is None:
            return

        def task(model: Any) -> Any:
            return _task_of(model) or guess(model)

        attach(undo, module, "guess_model_task", task)

    change(undo, f"{PACKAGE}.nn.autobackend", formats)
    change(undo, f"{PACKAGE}.engine.model", tasks)


def refuse(sentence: str) -> None:
    """Raise `UnsupportedError`."""
    raise UnsupportedError(sentence)


def say(sentence: str) -> None:
    """Print on the standard error: a program without artefacts is not to end for it."""
    print(f"npucore: {sentence}", file=sys.stderr, flush=True)


def _found(owner: Any, name: str, moved: Moved) -> Any:
    """An attribute; None, and a sentence, where it is not."""
    if owner is None:
        return None
    if not hasattr(owner, name):
        where = getattr(owner, "__qualname__", owner.__name__)
        version = getattr(sys.modules.get(PACKAGE), "__version__", "of an unknown version")
        moved(
            f"ultralytics {version} has no {where}.{name}, by which it would learn to open "
            f"{SUFFIX} files; {TRIED} had it"
        )
        return None
    return getattr(owner, name)


def _task_of(model: Any) -> str | None:
    """The task that an artefact's metadata names; None for any other model."""
    if not str(model).lower().endswith(SUFFIX):
        return None
    from npucore.files.artifact import Artifact

    return Artifact.read(str(model)).metadata.properties.get("task")

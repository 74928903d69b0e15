# SPDX-License-Identifier: MIT
"""Modules under the names of LiteRT's packages, for as long as a program runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from npucore.faces.modules import made, parent, put
from npucore.faces.settings import Settings
from npucore.litert.delegate import Delegate, load_delegate
from npucore.litert.interpreter import Interpreter
from npucore.litert.op_resolver import OpResolverType
from npucore.litert.signature_runner import SignatureRunner

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
            put(undo, made(f"{package}.interpreter", names), parent(undo, package))
        if importlib.util.find_spec(TENSORFLOW) is None:
            _make_tensorflow(undo, names)
        else:
            put(undo, made(f"{TENSORFLOW}.{PLACES[-1]}", names))
        yield


def names(settings: Settings) -> dict[str, Any]:
    """The attributes of LiteRT's modules; an interpreter without keywords goes by *settings*."""
    default = {"_settings": settings, "__module__": Interpreter.__module__}
    return {
        "Interpreter": type("Interpreter", (Interpreter,), default),
        "SignatureRunner": SignatureRunner,
        "OpResolverType": OpResolverType,
        "Delegate": Delegate,
        "load_delegate": load_delegate,
    }


def _make_tensorflow(undo: ExitStack, names: Mapping[str, Any]) -> None:
    """A package that has nothing but what LiteRT has."""
    packages = {TENSORFLOW: put(undo, made(TENSORFLOW, {}))}
    for place in PLACES:
        parts = place.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join([TENSORFLOW, *parts[:length]])
            if name not in packages:
                inside = names if ".".join(parts[:length]) in PLACES else {}
                above = packages[name.rpartition(".")[0]]
                packages[name] = put(undo, made(name, inside), above)

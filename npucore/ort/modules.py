# SPDX-License-Identifier: MIT
"""npucore under the name of ONNX Runtime's package, for as long as a program runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from npucore import ort
from npucore.faces.modules import made, put, replace_names
from npucore.faces.settings import Settings
from npucore.ort.errors import CLASSES, ORIGINALS
from npucore.ort.session import InferenceSession

PACKAGE = "onnxruntime"
VERSION = "1.32.0"
"""The version of ONNX Runtime whose interface this is."""

ENUMERATIONS = ("ExecutionMode", "ExecutionOrder", "GraphOptimizationLevel")
"""Names of an installed package that stay: npucore takes its values as well."""

NOT_THEIRS = ("provided", "register")


@contextmanager
def in_place(settings: Settings) -> Iterator[None]:
    """``onnxruntime`` opens sessions of npucore, whether it is installed or not.

    A session that is told nothing goes by *settings*. All else of an installed package stays.
    """
    names = _names(settings)
    with ExitStack() as undo:
        if importlib.util.find_spec(PACKAGE) is None:
            capi, _, states = ORIGINALS.rpartition(".")
            package = put(undo, made(PACKAGE, {**names, "__version__": VERSION}))
            inside = put(undo, made(capi, {}), package)
            put(undo, made(f"{capi}.{states}", CLASSES), inside)
        else:
            kept = {name: value for name, value in names.items() if name not in ENUMERATIONS}
            replace_names(undo, PACKAGE, kept)
        yield


def _names(settings: Settings) -> dict[str, Any]:
    default = {"_settings": settings, "__module__": InferenceSession.__module__}
    own = {name: getattr(ort, name) for name in ort.__all__ if name not in NOT_THEIRS}
    nothing = ("set_default_logger_severity", "set_default_logger_verbosity", "set_seed")
    return {
        **own,
        "InferenceSession": type("InferenceSession", (InferenceSession,), default),
        **(dict.fromkeys(nothing, _nothing)),
    }


def _nothing(*args: object) -> None:
    """A setting of ONNX Runtime's that means nothing here."""

# SPDX-License-Identifier: MIT
"""Run neural networks on NPUs, behind one hardware-independent operation interface.

>>> import npucore
>>> graph = npucore.load("model.tflite")                        # doctest: +SKIP
>>> with npucore.Session(graph, backend="rocket") as session:   # doctest: +SKIP
...     outputs = session.run(array)

Names are imported when they are first used, so that ``npucore --help`` stays fast.
"""

from __future__ import annotations

import importlib
import sys

from npucore.moved import MovedModules

TYPE_CHECKING = False  # as type checkers know it: `typing` takes longer than all of this file

if TYPE_CHECKING:
    from typing import Any

    from npucore.contract.backend import (
        Availability,
        Backend,
        Capabilities,
        DeviceKind,
        Evidence,
        Exported,
        Job,
        Program,
        Verdict,
    )
    from npucore.contract.frontend import Frontend
    from npucore.contract.placement import Placement
    from npucore.errors import (
        DeviceError,
        FallbackError,
        InputError,
        InvalidModelError,
        NpucoreError,
        PluginError,
        UnsupportedError,
    )
    from npucore.files.artifact import Artifact
    from npucore.graph import Graph
    from npucore.plugins import hookimpl
    from npucore.quantize import Rounding
    from npucore.running.compilation import compile
    from npucore.running.session import Session, load
    from npucore.tensor import Quantization, Tensor

__version__ = "0.1.0"

_HOMES = {
    "files.artifact": ("Artifact",),
    "contract.backend": (
        "Availability",
        "Backend",
        "Capabilities",
        "DeviceKind",
        "Evidence",
        "Exported",
        "Job",
        "Program",
        "Verdict",
    ),
    "running.compilation": ("compile",),
    "errors": (
        "DeviceError",
        "FallbackError",
        "InputError",
        "InvalidModelError",
        "NpucoreError",
        "PluginError",
        "UnsupportedError",
    ),
    "contract.frontend": ("Frontend",),
    "graph": ("Graph",),
    "contract.placement": ("Placement",),
    "plugins": ("hookimpl",),
    "quantize": ("Rounding",),
    "running.session": ("Session", "load"),
    "tensor": ("Quantization", "Tensor"),
}
sys.meta_path.append(MovedModules())

_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Artifact",
    "Availability",
    "Backend",
    "Capabilities",
    "DeviceError",
    "DeviceKind",
    "Evidence",
    "Exported",
    "FallbackError",
    "Frontend",
    "Graph",
    "InputError",
    "InvalidModelError",
    "Job",
    "NpucoreError",
    "Placement",
    "PluginError",
    "Program",
    "Quantization",
    "Rounding",
    "Session",
    "Tensor",
    "UnsupportedError",
    "Verdict",
    "__version__",
    "compile",
    "hookimpl",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'npucore' has no attribute {name!r}")
    return getattr(importlib.import_module(f"npucore.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

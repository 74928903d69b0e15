# SPDX-License-Identifier: MIT
"""ExecuTorch programs on npucore's backends: a partitioner, a backend, and its half at run time.

>>> from npucore.executorch import NpucorePartitioner, register  # doctest: +SKIP

Names are imported when they are first used: a board that runs programs makes none.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from npucore.errors import UnsupportedError

if TYPE_CHECKING:
    from npucore.executorch.backend import NpucoreBackend
    from npucore.executorch.building import build
    from npucore.executorch.partitioner import NpucorePartitioner
    from npucore.executorch.running import networks, register

__all__ = ["NpucoreBackend", "NpucorePartitioner", "build", "networks", "register"]

_HOMES = {
    "NpucoreBackend": "backend",
    "NpucorePartitioner": "partitioner",
    "build": "building",
    "networks": "running",
    "register": "running",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'npucore.executorch' has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f"npucore.executorch.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            f"npucore.executorch.{name} needs {error.name}: pip install 'npucore[executorch]'"
        ) from error

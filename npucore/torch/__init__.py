# SPDX-License-Identifier: MIT
"""PyTorch's networks on npucore's backends: a backend of `torch.compile`, a quantizer for pt2e.

>>> compiled = torch.compile(model, backend="npucore")          # doctest: +SKIP
>>> from npucore.torch import NpucoreQuantizer, networks        # doctest: +SKIP

Names are imported when they are first used: a compiled graph needs no quantizer.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from npucore.errors import UnsupportedError

if TYPE_CHECKING:
    from npucore.torch.dynamo import networks
    from npucore.torch.quantizer import NpucoreQuantizer

__all__ = ["NpucoreQuantizer", "networks"]

_HOMES = {"NpucoreQuantizer": "quantizer", "networks": "dynamo"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'npucore.torch' has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f"npucore.torch.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            f"npucore.torch.{name} needs {error.name}: pip install 'npucore[torch]'"
        ) from error

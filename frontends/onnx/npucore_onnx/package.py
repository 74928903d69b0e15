# SPDX-License-Identifier: MIT
"""The onnx package, imported when the first model is read."""

from __future__ import annotations

import importlib
from typing import Any

from npucore.errors import UnsupportedError


def onnx() -> Any:
    """The module. Raises `UnsupportedError` where it is not installed."""
    try:
        return importlib.import_module("onnx")
    except ImportError:
        raise UnsupportedError(
            "ONNX models need the package onnx: pip install 'npucore[onnx]'"
        ) from None

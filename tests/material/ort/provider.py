# SPDX-License-Identifier: MIT
"""Sessions of an installed ONNX Runtime in which npucore is the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime

from npucore.ort import provided, register
from npucore.ort.plugin.provider import Provider
from npucore.tensor import Array


def opened(model: bytes | Path, options: Any = None, **settings: str) -> tuple[Any, Provider]:
    """A session that falls back to nothing, and what npucore has claimed of it."""
    options = options or onnxruntime.SessionOptions()
    options.add_provider_for_devices(register(), {"backend": "reference", **settings})
    session = onnxruntime.InferenceSession(model, options, enable_fallback=0)
    session.disable_fallback()
    return session, provided()[-1]


def original(model: bytes | Path, feed: dict[str, Array]) -> list[Array]:
    """The answers of ONNX Runtime's own CPU provider."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    answer: list[Array] = session.run(None, feed)
    return answer

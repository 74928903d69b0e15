# SPDX-License-Identifier: MIT
"""ONNX Runtime's Python interface on npucore's backends, and npucore as its execution provider.

>>> from npucore.ort import InferenceSession  # in the place of onnxruntime
"""

from npucore.ort.binding import IOBinding
from npucore.ort.described import ModelMetadata, NodeArg
from npucore.ort.options import (
    ExecutionMode,
    ExecutionOrder,
    GraphOptimizationLevel,
    RunOptions,
    SessionOptions,
)
from npucore.ort.plugin.register import provided, register
from npucore.ort.providers import get_all_providers, get_available_providers, get_device
from npucore.ort.session import InferenceSession
from npucore.ort.values import OrtValue

__all__ = [
    "ExecutionMode",
    "ExecutionOrder",
    "GraphOptimizationLevel",
    "IOBinding",
    "InferenceSession",
    "ModelMetadata",
    "NodeArg",
    "OrtValue",
    "RunOptions",
    "SessionOptions",
    "get_all_providers",
    "get_available_providers",
    "get_device",
    "provided",
    "register",
]

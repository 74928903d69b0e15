# SPDX-License-Identifier: MIT
"""ONNX Runtime: a fast CPU."""

from npucore_onnxruntime.backend import OnnxRuntimeBackend

__all__ = ["OnnxRuntimeBackend"]

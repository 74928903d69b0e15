# SPDX-License-Identifier: MIT
"""ONNX models -> `npucore.graph.Graph`."""

from npucore_onnx.frontend import OnnxFrontend, parse

__all__ = ["OnnxFrontend", "parse"]

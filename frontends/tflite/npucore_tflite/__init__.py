# SPDX-License-Identifier: MIT
"""TFLite flatbuffers -> `npucore.graph.Graph`."""

from npucore_tflite.frontend import TFLiteFrontend, parse, parse_with_tensors

__all__ = ["TFLiteFrontend", "parse", "parse_with_tensors"]

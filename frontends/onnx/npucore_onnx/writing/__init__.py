# SPDX-License-Identifier: MIT
"""Graphs as ONNX models: the way back from npucore's ops to ONNX's operators."""

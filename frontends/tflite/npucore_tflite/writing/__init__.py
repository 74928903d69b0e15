# SPDX-License-Identifier: MIT
"""Graphs as .tflite files: the way back from npucore's ops to TFLite's operators."""

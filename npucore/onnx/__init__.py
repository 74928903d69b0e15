# SPDX-License-Identifier: MIT
"""npucore as ONNX's own tools see it."""

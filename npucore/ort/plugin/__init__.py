# SPDX-License-Identifier: MIT
"""npucore as an execution provider within ONNX Runtime, by its C interface for plug-ins."""

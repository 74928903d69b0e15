# SPDX-License-Identifier: MIT
"""Sessions behind HTTP: Open Inference, DOODS and DeepStack, on the standard library."""

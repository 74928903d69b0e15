# SPDX-License-Identifier: MIT
"""Sessions behind HTTP: the Open Inference Protocol, on the standard library."""

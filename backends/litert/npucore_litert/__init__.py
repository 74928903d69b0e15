# SPDX-License-Identifier: MIT
"""LiteRT's interpreter with XNNPACK: a fast CPU."""

from npucore_litert.backend import LiteRTBackend

__all__ = ["LiteRTBackend"]

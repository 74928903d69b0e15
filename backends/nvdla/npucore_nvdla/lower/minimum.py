# SPDX-License-Identifier: MIT
"""The smaller one of two maps of one quantization."""

from __future__ import annotations

from npucore_nvdla.lower.maximum import lower

__all__ = ["lower"]

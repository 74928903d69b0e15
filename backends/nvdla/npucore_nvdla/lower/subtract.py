# SPDX-License-Identifier: MIT
"""Differences are sums with a negative factor."""

from __future__ import annotations

from npucore_nvdla.lower.add import lower

__all__ = ["lower"]

# SPDX-License-Identifier: MIT
"""Weights with a scale per channel -> weights with one scale."""

from npucore.rewrite.one_scale import OneScale, one_scale

__all__ = ["OneScale", "one_scale"]

# SPDX-License-Identifier: MIT
"""Borders that a convolution adds itself."""

from npucore.rewrite.fold import border, source_and_padding

__all__ = ["border", "source_and_padding"]

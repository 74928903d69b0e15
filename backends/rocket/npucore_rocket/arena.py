# SPDX-License-Identifier: MIT
"""Where maps lie in the buffer of activations."""

from npucore.hw.arena import ALIGNMENT, Lifetime, place

__all__ = ["ALIGNMENT", "Lifetime", "place"]

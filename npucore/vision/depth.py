# SPDX-License-Identifier: MIT
"""Images of any mode and depth -> 8-bit RGB, by the range that their values have.

Pillow's own conversions clip everything above 255: 16-bit gray becomes white, and float gray from
0 to 1 black.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from npucore.errors import InputError
from npucore.tensor import Array

DEPTHS = (8, 10, 12, 14, 16, 24, 32)  # bits of a gray value that cameras and files have
WHITE = 255.0
DEEP_MODES = ("I", "F")  # and all that begin with I;


def eight_bits(image: Image.Image) -> Image.Image:
    """*image* as RGB. Raises `InputError` for values or a mode that have no place there.

    Deep gray integers are scaled by the smallest of 8, 10, 12, 14, 16, 24 and 32 bits that holds
    the largest value (12-bit cameras write files of 16 bits); floats from 0 to 1 by 255, others
    as if they were integers. What is transparent lies on white.
    """
    if image.mode in DEEP_MODES or image.mode.startswith("I;"):
        return Image.fromarray(_scaled(np.asarray(image), image.mode)).convert("RGB")
    try:
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return image.convert("RGB")
    except ValueError:
        raise InputError(f"Pillow has no way from mode {image.mode} to RGB") from None


def _scaled(values: Array, mode: str) -> Array:
    if not np.isfinite(values).all():
        raise InputError(f"mode {mode} with values that are no numbers, wanted 0 and more")
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    if low < 0:
        raise InputError(f"mode {mode} with values from {low:g} to {high:g}, wanted 0 and more")
    if values.dtype.kind == "f" and high <= 1:
        white = 1.0
    else:
        white = next((2.0**bits - 1 for bits in DEPTHS if high <= 2.0**bits - 1), high)
    return np.rint(values.astype(np.float64) * (WHITE / white)).astype(np.uint8)

# SPDX-License-Identifier: MIT
"""From a photo to the array that a network wants."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from npucore.errors import InputError
from npucore.tensor import Array, Tensor
from npucore.vision.depth import eight_bits
from npucore.vision.feeding import ranges
from npucore.vision.feeding.feed import Feed, Frame

MOST_PIXELS = 1 << 25  # 128 MiB as Pillow holds them
LARGEST_PARTS = 8  # in which a JPEG can be read


def load_image(path: str | Path) -> Image.Image:
    """Read a photo of any format that Pillow knows: RGB, upright as its EXIF data says.

    A JPEG of more than `MOST_PIXELS` is read at a half, a quarter or an eighth of its size. Raises
    `InputError` for a file that cannot be read or is no image, and for other formats with more.
    """
    return _read(path, str(path))


def read_image(data: bytes) -> Image.Image:
    """The photo whose file holds *data*; as `load_image`."""
    return _read(io.BytesIO(data), "the photo")


def _read(source: str | Path | io.BytesIO, name: str) -> Image.Image:
    try:
        with Image.open(source) as image:
            _limit(image)
            ImageOps.exif_transpose(image, in_place=True)
            return eight_bits(image)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    except OSError as error:  # Pillow's "cannot identify image file" is one, too
        raise InputError(f"{name}: {error.strerror or 'no image that Pillow can read'}") from error
    except Exception as error:  # a damaged file raises whatever its decoder happens to raise
        raise InputError(f"{name}: a damaged image ({error})") from error


def _limit(image: Image.Image) -> None:
    """Judge the size that a file declares: few bytes can declare gigabytes of pixels."""
    width, height = image.size
    parts = 2
    while width * height > MOST_PIXELS * parts**2 and parts < LARGEST_PARTS:
        parts *= 2
    if width * height > MOST_PIXELS:
        image.draft("RGB", (width // parts, height // parts))
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise InputError(f"{width} x {height} pixels, at most {MOST_PIXELS} are accepted")


def to_input(image: Image.Image, tensor: Tensor) -> Array:
    """*image*, stretched, with the pixels as the stored integers of *tensor*, or / 255 in float.

    That is right for networks whose stored integers are the pixels, whatever their scale says;
    `npucore.vision.feeding.choose` finds out what others want. Raises `InputError` for a tensor
    that takes no image.
    """
    frame = Frame.of(tensor)
    if tensor.dtype.kind == "f":
        return Feed(tensor, frame, ranges.UNIT)(image).array
    if tensor.dtype not in (np.uint8, np.int8):
        raise InputError(f"input {tensor.name} is {tensor.dtype}, pixels fit uint8, int8 and float")
    return Feed(tensor, frame, ranges.BYTE, as_stored=True)(image).array

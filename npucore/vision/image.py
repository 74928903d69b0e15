# SPDX-License-Identifier: MIT
"""From a photo to the array that a network wants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from npucore.errors import InputError
from npucore.quantize import round_half_away, stored_range
from npucore.tensor import Array, Tensor

Pixels = npt.NDArray[np.uint8]
MOST_PIXELS = 1 << 25  # 128 MiB as Pillow holds them
LARGEST_PARTS = 8  # in which a JPEG can be read


def load_image(path: str | Path) -> Image.Image:
    """Read a photo of any format that Pillow knows: RGB, upright as its EXIF data says.

    A JPEG of more than `MOST_PIXELS` is read at a half, a quarter or an eighth of its size. Raises
    `InputError` for a file that cannot be read or is no image, and for other formats with more.
    """
    try:
        with Image.open(path) as image:
            _limit(image, path)
            ImageOps.exif_transpose(image, in_place=True)
            eight = _eight_bits(image)
            eight.load()
            return eight if eight.mode == "RGB" else eight.convert("RGB")
    except InputError:
        raise
    except OSError as error:  # Pillow's "cannot identify image file" is one, too
        raise InputError(f"{path}: {error.strerror or 'no image that Pillow can read'}") from error
    except Exception as error:  # a damaged file raises whatever its decoder happens to raise
        raise InputError(f"{path}: a damaged image ({error})") from error


def _limit(image: Image.Image, path: str | Path) -> None:
    """Judge the size that a file declares: few bytes can declare gigabytes of pixels."""
    width, height = image.size
    parts = 2
    while width * height > MOST_PIXELS * parts**2 and parts < LARGEST_PARTS:
        parts *= 2
    if width * height > MOST_PIXELS:
        image.draft("RGB", (width // parts, height // parts))
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise InputError(f"{path}: {width} x {height} pixels, at most {MOST_PIXELS} are accepted")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit gray to 8 bits: Pillow's own conversion clips everything above 255."""
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def to_input(
    image: Image.Image, tensor: Tensor, mean: float | None = None, std: float | None = None
) -> Array:
    """Resize *image* to the (1, H, W, 3 or 1) or (1, 3 or 1, H, W) of *tensor*, stored likewise.

    The resize is bilinear and ignores the aspect ratio, as in TFLite's own examples. Without
    *mean* and *std*, an 8-bit input gets ``pixel + smallest stored integer``: image networks are
    exported so that their stored integers are the pixels, whatever scale was given to them; a
    float input gets ``pixel / 255``. With either of the two (the other is 0 or 1 then), the input
    is ``(pixel - mean) / std``, quantized as *tensor* says, halves away from 0.

    Raises `InputError` for a tensor that takes no image.
    """
    pixels = _resized(image, tensor)
    if mean is None and std is None:
        return _as_exported(pixels, tensor)
    if std == 0:
        raise InputError("a standard deviation of 0, wanted another number")
    mean, std = (0.0 if mean is None else mean), (1.0 if std is None else std)
    return _stored((pixels.astype(np.float64) - mean) / std, tensor)


def _resized(image: Image.Image, tensor: Tensor) -> Pixels:
    """Pixels in the tensor's shape: (1, H, W, C), (1, C, H, W) or (H, W, C)."""
    shape = tensor.shape
    batch, *rest = shape if len(shape) == 4 else (1, *shape)
    if len(rest) != 3 or batch != 1 or 0 in rest or not {rest[0], rest[2]} & {1, 3}:
        raise InputError(
            f"input {tensor.name} has shape {shape}, an image wants (1, height, width, 3 or 1) "
            "or (1, 3 or 1, height, width)"
        )
    channels_last = rest[2] in (1, 3)
    height, width, channels = rest if channels_last else (rest[1], rest[2], rest[0])
    image = image.convert("L" if channels == 1 else "RGB")
    small = image.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, np.uint8).reshape(height, width, channels)
    return (pixels if channels_last else pixels.transpose(2, 0, 1)).reshape(shape)


def _as_exported(pixels: Pixels, tensor: Tensor) -> Array:
    if tensor.dtype.kind == "f":
        return (pixels / np.float32(255)).astype(tensor.dtype)
    if tensor.dtype not in (np.uint8, np.int8):
        raise InputError(
            f"input {tensor.name} is {tensor.dtype}, pixels as they are fit uint8, int8 and "
            "float; give a mean and a standard deviation"
        )
    return (pixels.astype(np.int16) + stored_range(tensor.dtype)[0]).astype(tensor.dtype)


def _stored(real: npt.NDArray[np.float64], tensor: Tensor) -> Array:
    if tensor.dtype.kind == "f":
        return real.astype(tensor.dtype)
    if tensor.quantization is None:
        raise InputError(f"input {tensor.name} is {tensor.dtype} without a scale")
    low, high = stored_range(tensor.dtype)
    stored = round_half_away(real / tensor.q.scale) + tensor.q.zero_point
    return np.clip(stored, low, high).astype(tensor.dtype)

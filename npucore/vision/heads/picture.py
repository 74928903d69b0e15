# SPDX-License-Identifier: MIT
"""Networks that make images: larger ones, ones in another style, and maps of depth.

Values are 0..1, -1..1 or 0..255, as they themselves tell; other ranges are those of depths, whose
least and largest become black and white. A network of gray pixels that enlarges (its input is
the photo's brightness) gets the photo's own colours back.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from npucore.graph import Network
from npucore.vision.boxes import Floats
from npucore.vision.feeding import ranges
from npucore.vision.feeding.choice import NO_HINT, Hint
from npucore.vision.heads.base import Head, Seen, picture
from npucore.vision.heads.segments import plane
from npucore.vision.kinds import Answer, Picture

OVER = 0.1  # by which filters overshoot a range


def hint(network: Network) -> Hint:
    """0..1; depths are fed as usual."""
    found = _planes(network)
    return NO_HINT if found is None or (found[3] == 1 and not _gray(network)) else Hint(ranges.UNIT)


def _gray(network: Network) -> bool:
    frame = picture(network)
    return frame is not None and frame.channels == 1


def _planes(network: Network) -> tuple[int, int, int, int] | None:
    if len(network.outputs) != 1:
        return None
    return plane(network.outputs[0], network)


def fits(network: Network) -> bool:
    """Three channels, or one of a network that enlarges gray or measures depth."""
    frame, shape = picture(network), network.outputs[0].shape if network.outputs else ()
    if frame is None or len(network.outputs) != 1:
        return False
    if len(shape) == 3:
        return shape == (1, frame.height, frame.width) and network.outputs[0].dtype.kind == "f"
    found = _planes(network)
    if found is None or found[3] not in (1, 3):
        return False
    return shape[found[0]] >= frame.height and shape[found[1]] >= frame.width


def read(seen: Seen) -> Answer | None:
    """None for three channels that add up to 1 in every pixel: scores of three classes."""
    values = seen.values[0]
    found = _planes(seen.network)
    if values.ndim == 4 and found is not None:
        y, x, c, _ = found
        values = values.transpose(0, y, x, c)
    values = values.reshape(*values.shape[1:3], -1)
    channels = values.shape[2]
    enlarged = values.shape[0] > seen.size[0]
    usual = seen.forced or enlarged or channels != 3
    if not usual and np.allclose(values.sum(axis=2), 1, atol=0.02):
        return None
    low, high = _range(values, channels == 1 and not _gray(seen.network))
    pixels = np.rint(np.clip((values - low) / (high - low or 1), 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(pixels if channels == 3 else pixels[:, :, 0])
    if channels == 1 and seen.image is not None and _gray(seen.network):
        image = _coloured(image, seen.image)
    return Picture(image, low, high)


def _range(values: Floats, depth: bool) -> tuple[float, float]:
    """The values of black and of white."""
    low, high = float(values.min()), float(values.max())
    if depth:
        return low, high
    for black, white in ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)):
        spare = OVER * (white - black)
        if black - spare <= low and high <= white + 2 * spare:
            return black, white
    return (0.0, 255.0) if high > 255 else (low, high)


def _coloured(gray: Image.Image, photo: Image.Image) -> Image.Image:
    _, blue, red = photo.convert("YCbCr").split()
    chroma = [band.resize(gray.size, Image.Resampling.BICUBIC) for band in (blue, red)]
    return Image.merge("YCbCr", (gray, *chroma)).convert("RGB")


HEAD = Head(
    "picture",
    "image",
    "images that a network makes: super-resolution, style, depth",
    fits,
    read,
    hint,
)

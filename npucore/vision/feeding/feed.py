# SPDX-License-Identifier: MIT
"""A photo as the array that a network takes."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from npucore.errors import InputError
from npucore.quantize import stored_range
from npucore.tensor import Array, Tensor
from npucore.vision.feeding import ranges
from npucore.vision.feeding.placement import WHOLE, Placement
from npucore.vision.feeding.ranges import Range
from npucore.vision.real_values import stored_values

BORDER = 114  # gray, of Ultralytics' letterbox
Pixels = npt.NDArray[np.uint8]


class Resize(enum.StrEnum):
    """How a photo with another ratio of sides fits the network's picture."""

    STRETCH = "stretch"  # to the network's size, whatever the ratio
    LETTERBOX = "letterbox"  # as large as fits, with borders
    CROP = "crop"  # as small as covers the picture, the middle of it


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture that a network takes."""

    height: int
    width: int
    channels: int
    channels_first: bool

    @classmethod
    def of(cls, tensor: Tensor, layout: str | None = None) -> Frame:
        """That of an input (1, H, W, C), (1, C, H, W), (H, W, C) or (C, H, W), C 1 or 3.

        *layout* is ``nhwc`` or ``nchw`` for shapes that could be both; without it the last axis
        is the channels' if it can be. Raises `InputError` for a tensor that takes no image.
        """
        shape = tensor.shape
        batch, *rest = shape if len(shape) == 4 else (1, *shape)
        if len(rest) == 3 and batch == 1 and 0 not in rest:
            if rest[2] in (1, 3) and layout != "nchw":
                return cls(rest[0], rest[1], rest[2], False)
            if rest[0] in (1, 3) and layout != "nhwc":
                return cls(rest[1], rest[2], rest[0], True)
        raise InputError(
            f"input {tensor.name} has shape {shape}, an image wants (1, height, width, 3 or 1) "
            "or (1, 3 or 1, height, width)" + (f", laid out as {layout}" if layout else "")
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fed:
    """The array of an input, where the photo lies in it, and how it was made in one line."""

    array: Array
    placement: Placement
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """How photos become one input of a network."""

    tensor: Tensor
    frame: Frame
    range: Range  # in the order of the network's channels
    as_stored: bool = False  # stored integers are the pixels, or the pixels - 128
    bgr: bool = False
    resize: Resize = Resize.STRETCH
    top_left: bool = False  # where a letterbox puts the photo, instead of the middle
    border: int = BORDER
    assumed: bool = False  # neither the user nor the file says so

    def __call__(self, image: Image.Image) -> Fed:
        """Feed *image*, of any size, RGB or gray."""
        frame = self.frame
        small, placement, size = self._resized(image.convert("L" if frame.channels == 1 else "RGB"))
        pixels = np.asarray(small, np.uint8).reshape(frame.height, frame.width, frame.channels)
        if self.bgr:
            pixels = pixels[:, :, ::-1]
        stored = self._stored(pixels)
        array = stored.transpose(2, 0, 1) if frame.channels_first else stored
        shaped = np.ascontiguousarray(array).reshape(self.tensor.shape)
        return Fed(shaped, placement, self._text(size))

    def _resized(self, image: Image.Image) -> tuple[Image.Image, Placement, tuple[int, int]]:
        """(the network's picture, the photo's place in it, the photo's (rows, columns) there)."""
        size, bilinear = (self.frame.width, self.frame.height), Image.Resampling.BILINEAR
        if self.resize is Resize.STRETCH:
            return image.resize(size, bilinear), WHOLE, size[::-1]
        ratios = size[0] / image.width, size[1] / image.height
        ratio = min(ratios) if self.resize is Resize.LETTERBOX else max(ratios)
        width, height = (max(1, round(side * ratio)) for side in image.size)
        x, y = (0, 0) if self.top_left else ((size[0] - width) // 2, (size[1] - height) // 2)
        place = Placement(y / size[1], x / size[0], (y + height) / size[1], (x + width) / size[0])
        if self.resize is Resize.CROP:
            return ImageOps.fit(image, size, bilinear), place, (height, width)
        ground = Image.new(image.mode, size, (self.border,) * len(image.getbands()))
        ground.paste(image.resize((width, height), bilinear), (x, y))
        return ground, place, (height, width)

    def _stored(self, pixels: Pixels) -> Array:
        """(H, W, C) pixels as the tensor stores them."""
        tensor = self.tensor
        if self.as_stored:
            low = stored_range(tensor.dtype)[0] if tensor.dtype == np.int8 else 0
            return (pixels.astype(np.int16) + low).astype(tensor.dtype)
        mean, std = (np.array(values, np.float64) for values in self.range)
        real = (pixels - mean) / std
        return stored_values(real, tensor)

    def _text(self, size: tuple[int, int]) -> str:
        frame = self.frame
        whole, part = f"{frame.height}x{frame.width}", f"{size[0]}x{size[1]}"
        how = {
            Resize.STRETCH: f"stretched to {whole}",
            Resize.LETTERBOX: f"letterboxed {part} in {whole}",
            Resize.CROP: f"cropped {part} to {whole}",
        }[self.resize]
        colours = "gray" if frame.channels == 1 else "BGR" if self.bgr else "RGB"
        text = f"{colours}, {self.range.text()}, {how}"
        if self.assumed:
            text += " (assumed; --mean, --std, --bgr and --resize say otherwise)"
        return text


def stores_pixels(tensor: Tensor, range_: Range) -> bool:
    """Whether the pixels, or the pixels - 128, are the stored integers of *range_*."""
    if tensor.dtype not in (np.uint8, np.int8):
        return tensor.dtype.kind in "iu" and tensor.quantization is None and range_ == ranges.BYTE
    return tensor.quantization is None or ranges.same(range_, *ranges.held_by(tensor))

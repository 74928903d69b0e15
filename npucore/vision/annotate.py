# SPDX-License-Identifier: MIT
"""Answers drawn onto the photo that they are about."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from npucore.atomic import replacing
from npucore.errors import InputError
from npucore.vision.answer import Answer, Classes, Objects, Segments
from npucore.vision.detect import Detection

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
SMALLEST_FONT = 11
LINES_PER_IMAGE = 32  # lines of text that would fit the shorter side
GOLDEN_RATIO = 0.618034  # steps of it spread hues best, however many there are
BACKGROUND = "background"
MOST_LINES = 8  # of a segmentation's legend
OVERLAY = 0.55  # share of a segment's colour

Colour = tuple[int, int, int]


def annotate(image: Image.Image, answer: Answer, labels: Mapping[int, str]) -> Image.Image:
    """Draw *answer* onto a copy of *image*; an answer that is none of an image leaves it as it is.

    A class without a name in *labels* is called by its number.
    """
    drawn = image.convert("RGB").copy()
    match answer:
        case Objects(objects=objects):
            for detection in objects:
                _draw_box(drawn, detection)
            for detection in reversed(objects):  # the best lies on top
                _draw_name(drawn, detection, labels)
        case Segments():
            drawn = _overlaid(drawn, answer, labels)
            painted = [s for s in answer.shares if not _is_background(s.index, labels)]
            lines = [(f"{short(s.index, labels)} {s.share:.1%}", s.index) for s in painted]
            _draw_lines(drawn, lines[:MOST_LINES])
        case Classes(classes=classes):
            lines = [(f"{short(c.index, labels)} {c.score:.2f}", c.index) for c in classes]
            _draw_lines(drawn, lines[:1])
    return drawn


def save_image(image: Image.Image, path: str | Path) -> None:
    """Write *image* as PNG or JPEG, as the suffix of *path* says, completely or not at all."""
    with replacing(path) as file:
        image.save(file, image_format(path), **({"quality": 92} if _is_jpeg(path) else {}))


def image_format(path: str | Path) -> str:
    """What the suffix of *path* stands for. Raises `InputError` for any but PNG and JPEG."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise InputError(f"{path}: annotated images end in {', '.join(FORMATS)}")
    return FORMATS[suffix]


def _is_jpeg(path: str | Path) -> bool:
    return image_format(path) == "JPEG"


def short(index: int, labels: Mapping[int, str]) -> str:
    """The first of the names that class *index* has, as ImageNet's lists give several."""
    return labels.get(index, f"class {index}").split(",")[0].strip()


def colour(index: int) -> Colour:
    """A bright colour of its own for every class; neighbours get far hues."""
    red, green, blue = colorsys.hsv_to_rgb(index * GOLDEN_RATIO % 1.0, 0.85, 0.95)
    return round(red * 255), round(green * 255), round(blue * 255)


def _text_colour(background: Colour) -> Colour:
    """Black or white, whichever is legible."""
    red, green, blue = background
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else (255, 255, 255)


def _font_size(image: Image.Image) -> int:
    return max(SMALLEST_FONT, min(image.size) // LINES_PER_IMAGE)


def _draw_text(image: Image.Image, place: tuple[float, float], text: str, fill: Colour) -> float:
    """Write *text* on a filled background, pushed into the image; return its height."""
    size = _font_size(image)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=size)
    margin = size // 4
    width = draw.textlength(text, font=font) + 2 * margin
    height = size + 2 * margin
    x = max(0.0, min(place[0], image.width - width))
    y = max(0.0, min(place[1], image.height - height))
    draw.rectangle((x, y, x + width, y + height), fill=fill)
    draw.text((x + margin, y + height / 2), text, _text_colour(fill), font, anchor="lm")
    return height


def _draw_box(image: Image.Image, detection: Detection) -> None:
    ymin, xmin, ymax, xmax = detection.box
    corners = (xmin * image.width, ymin * image.height, xmax * image.width, ymax * image.height)
    width = max(2, _font_size(image) // 6)
    ImageDraw.Draw(image).rectangle(corners, outline=colour(detection.index), width=width)


def _draw_name(image: Image.Image, detection: Detection, labels: Mapping[int, str]) -> None:
    """Write the name of an object just above its box."""
    ymin, xmin, _, _ = detection.box
    size = _font_size(image)
    place = xmin * image.width, ymin * image.height - size - 2 * (size // 4)
    text = f"{short(detection.index, labels)} {detection.score:.2f}"
    _draw_text(image, place, text, colour(detection.index))


def _draw_lines(image: Image.Image, lines: Sequence[tuple[str, int]]) -> None:
    y = 0.0
    for text, index in lines:
        y += _draw_text(image, (0.0, y), text, colour(index))


def _is_background(index: int, labels: Mapping[int, str]) -> bool:
    return index == 0 and labels.get(0, BACKGROUND).lower() == BACKGROUND


def _overlaid(image: Image.Image, answer: Segments, labels: Mapping[int, str]) -> Image.Image:
    """Every class in its colour; the background, if class 0 is one, as it was."""
    classes = Image.fromarray(answer.map.astype(np.int32))
    enlarged = np.asarray(classes.resize(image.size, Image.Resampling.NEAREST))
    pixels = np.array(image)
    for share in answer.shares:
        if _is_background(share.index, labels):
            continue
        here = enlarged == share.index
        mixed = pixels[here] * (1 - OVERLAY) + np.array(colour(share.index)) * OVERLAY
        pixels[here] = mixed.astype(np.uint8)
    return Image.fromarray(pixels)

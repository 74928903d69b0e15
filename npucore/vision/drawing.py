# SPDX-License-Identifier: MIT
"""Answers drawn onto the photo that they are about."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from npucore.errors import InputError
from npucore.files.atomic import replacing
from npucore.tensor import Array
from npucore.vision.detect import Detection
from npucore.vision.kinds import Answer, Classes, Mask, Objects, Picture, Segments, Text
from npucore.vision.segment import ClassShare

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
SMALLEST_FONT = 11
LINES_PER_IMAGE = 32  # lines of text that would fit the shorter side
GOLDEN_RATIO = 0.618034  # steps of it spread hues best, however many there are
BACKGROUND = "background"
MOST_LINES = 8  # of a segmentation's legend
SURE = 0.3  # of a key point that is drawn
MOST_LARGE_POINTS = 50
OVERLAY = 0.55  # share of a segment's colour

Colour = tuple[int, int, int]


def annotate(image: Image.Image, answer: Answer, labels: Mapping[int, str]) -> Image.Image:
    """Draw *answer* onto a copy of *image*; an answer that is none of an image leaves it as it is.

    A class without a name in *labels* is called by its number. An image that the network made is
    returned itself, with the ratio of *image*.
    """
    copy = image.convert("RGB").copy()
    match answer:
        case Objects():
            return _objects(copy, answer, labels)
        case Segments():
            copy = _overlaid(copy, answer, labels)
            painted = _painted(answer, labels)
            lines = [(f"{short(s.index, labels)} {s.share:.1%}", s.index) for s in painted]
            _draw_lines(copy, lines[:MOST_LINES])
        case Mask(map=values):
            copy = Image.fromarray(_mixed(np.array(copy), _enlarged(values >= 0.5, copy), 0))
        case Picture(image=made):
            ratio = image.width / image.height
            return made.convert("RGB").resize((max(1, round(made.height * ratio)), made.height))
        case Text(text=text, score=score):
            copy = _captioned(copy, f"{text} {score:.2f}")
        case Classes(classes=classes):
            lines = [(f"{short(c.index, labels)} {c.score:.2f}", c.index) for c in classes]
            _draw_lines(copy, lines[:1])
    return copy


def drawn(answer: Answer) -> str:
    """Describe in words the things that `annotate` draws.

    >>> drawn(Objects((), 0.5))
    'the photo alone, there was nothing to draw: no object with a score of 0.5 or more'
    """
    match answer:
        case Objects(objects=()):
            why = f"no object with a score of {answer.threshold:g} or more"
        case Objects(objects=objects):
            parts = [_count(len(objects), "box", "boxes")]
            if points := sum(len(o.points) for o in objects):
                parts.append(_count(points, "key point", "key points"))
            if masks := sum(o.mask is not None for o in objects):
                parts.append(_count(masks, "mask", "masks"))
            return f"the photo with {' and '.join(parts)}"
        case Segments(shares=shares):
            return f"the photo with {_count(len(shares), 'class', 'classes')} of pixels in colours"
        case Mask(share=share):
            if share > 0:
                return f"the photo with a mask over {share:.2%} of it"
            why = "an empty mask"
        case Picture():
            return "the image that the network made"
        case Text(text="") | Classes(classes=()):
            why = "no text" if isinstance(answer, Text) else "no class"
        case Text() | Classes():
            return f"the photo with {'its text' if isinstance(answer, Text) else 'the best class'}"
        case _:
            why = "the outputs are of no known kind"
    return f"the photo alone, there was nothing to draw: {why}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def save_image(image: Image.Image, path: str | Path) -> None:
    """Write *image* as PNG or JPEG, as the suffix of *path* says, completely or not at all."""
    with replacing(path) as file:
        image.save(file, image_format(path), **({"quality": 92} if _is_jpeg(path) else {}))


def image_format(path: str | Path) -> str:
    """The image format of *path*'s suffix. Raises `InputError` for any but PNG and JPEG."""
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


def _objects(image: Image.Image, answer: Objects, labels: Mapping[int, str]) -> Image.Image:
    """Masks below, then boxes and key points, then names, the best on top."""
    pixels = np.array(image)
    for found in reversed(answer.objects):
        if found.mask is not None:
            pixels = _mixed(pixels, _enlarged(found.mask, image), found.index)
    image = Image.fromarray(pixels)
    for found in answer.objects:
        _draw_box(image, found)
        _draw_points(image, found, answer.lines)
    for found in reversed(answer.objects):
        _draw_name(image, found, labels)
    return image


def _draw_box(image: Image.Image, detection: Detection) -> None:
    ymin, xmin, ymax, xmax = detection.box
    upright = ((ymin, xmin), (ymin, xmax), (ymax, xmax), (ymax, xmin))
    corners = [(x * image.width, y * image.height) for y, x in detection.corners or upright]
    width = max(2, _font_size(image) // 6)
    draw, paint = ImageDraw.Draw(image), colour(detection.index)
    if detection.corners:
        draw.line([*corners, corners[0], corners[1]], fill=paint, width=width, joint="curve")
    else:
        (left, right), (top, bottom) = map(sorted, zip(corners[0], corners[2], strict=True))
        draw.rectangle((left, top, right, bottom), outline=paint, width=width)


def _draw_points(
    image: Image.Image, detection: Detection, lines: Sequence[tuple[int, int]]
) -> None:
    """The points that are sure, and the lines between two of them."""
    draw = ImageDraw.Draw(image)
    many = len(detection.points) > MOST_LARGE_POINTS
    radius = 1 if many else max(2, _font_size(image) // 5)
    spots = [(p.x * image.width, p.y * image.height) for p in detection.points]
    sure = [p.score >= SURE for p in detection.points]
    for a, b in lines:
        if sure[a] and sure[b]:
            draw.line((*spots[a], *spots[b]), fill=colour(a), width=max(2, radius // 2))
    for number, (x, y) in enumerate(spots):
        if sure[number]:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour(number))


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


def _captioned(image: Image.Image, text: str) -> Image.Image:
    """*image* with *text* below it: over a line of text it would hide what it says."""
    height = _font_size(image) * 2
    taller = Image.new("RGB", (image.width, image.height + height), "white")
    taller.paste(image, (0, 0))
    _draw_text(taller, (0.0, float(image.height)), text, colour(0))
    return taller


def _is_background(index: int, labels: Mapping[int, str]) -> bool:
    return index == 0 and labels.get(0, BACKGROUND).lower() == BACKGROUND


def _painted(answer: Segments, labels: Mapping[int, str]) -> list[ClassShare]:
    return [share for share in answer.shares if not _is_background(share.index, labels)]


def _overlaid(image: Image.Image, answer: Segments, labels: Mapping[int, str]) -> Image.Image:
    """Every class in its colour; the background, if class 0 is one, as it was."""
    enlarged, pixels = _enlarged(answer.map, image), np.array(image)
    for share in _painted(answer, labels):
        pixels = _mixed(pixels, enlarged == share.index, share.index)
    return Image.fromarray(pixels)


def _enlarged(values: Array, image: Image.Image) -> Array:
    """A map (H, W) of whole numbers over all pixels of *image*."""
    small = Image.fromarray(values.astype(np.int32))
    return np.asarray(small.resize(image.size, Image.Resampling.NEAREST))


def _mixed(pixels: Array, where: Array, index: int) -> Array:
    """The pixels with the colour of class *index* over those of a map."""
    here = where.astype(bool)
    mixed = pixels[here] * (1 - OVERLAY) + np.array(colour(index)) * OVERLAY
    pixels[here] = mixed.astype(np.uint8)
    return pixels

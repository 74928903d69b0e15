# SPDX-License-Identifier: MIT
"""The kinds of answer that networks give about a photo or a sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from PIL import Image

from npucore.tensor import Array, Shape
from npucore.vision.classify import Classification
from npucore.vision.detect import Detection
from npucore.vision.feeding.placement import Placement
from npucore.vision.maps import on_photo
from npucore.vision.segment import ClassShare, class_shares


@dataclass(frozen=True, slots=True)
class Read:
    """How an answer came about.

    *head* is the name of the head that read the outputs, empty if none did; *others* are those
    whose shapes fit, too, where nothing but order and numbers has chosen between them.
    """

    head: str = field(default="", compare=False, kw_only=True)
    others: tuple[str, ...] = field(default=(), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Classes(Read):
    """The input as a whole: its most likely classes, best first, of *total* that there are."""

    classes: tuple[Classification, ...]
    total: int | None = field(default=None, compare=False)
    kind: Literal["classification"] = "classification"


@dataclass(frozen=True, slots=True)
class Objects(Read):
    """The things in the image, best first.

    *names* are those of classes that the kind of network implies ("face"), *total* is the number
    of classes; *point_names* and *lines* are of the key points, if the objects have some: lines
    join the points of two numbers.
    """

    objects: tuple[Detection, ...]
    threshold: float  # the score below which nothing is listed
    names: Mapping[int, str] = field(default_factory=dict, compare=False)
    total: int | None = field(default=None, compare=False)
    point_names: Sequence[str] = field(default=(), compare=False)
    lines: Sequence[tuple[int, int]] = field(default=(), compare=False)
    kind: Literal["detection"] = "detection"

    def moved(self, place: Placement) -> Objects:
        """The same on the photo that lies at *place* in the network's picture."""
        return replace(self, objects=tuple(found.moved(place) for found in self.objects))


@dataclass(frozen=True, slots=True, eq=False)
class Segments(Read):
    """The class of every pixel, and what part of the image each class has."""

    shares: tuple[ClassShare, ...]
    map: Array  # (H, W) integers
    total: int | None = None
    kind: Literal["segmentation"] = "segmentation"

    def moved(self, place: Placement) -> Segments:
        """The same on the photo that lies at *place* in the network's picture."""
        there = on_photo(self.map, place, 0)
        return replace(self, map=there, shares=tuple(class_shares(there[None])))


@dataclass(frozen=True, slots=True, eq=False)
class Mask(Read):
    """How much every pixel belongs to the one thing that the network knows."""

    map: Array  # (H, W) float32, 0 to 1
    share: float  # of pixels of 0.5 or more
    kind: Literal["mask"] = "mask"

    def moved(self, place: Placement) -> Mask:
        """The same on the photo that lies at *place* in the network's picture."""
        there = on_photo(self.map, place, 0)
        return replace(self, map=there, share=float((there >= 0.5).mean()))


@dataclass(frozen=True, slots=True, eq=False)
class Picture(Read):
    """An image that the network made: larger, in another style, or of depths.

    *low* and *high* are the real values that became black and white.
    """

    image: Image.Image
    low: float
    high: float
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Text(Read):
    """A line of text, and the mean score of its characters."""

    text: str
    score: float
    spelled: bool  # False without an alphabet: then *text* are numbers of classes
    total: int | None = field(default=None, compare=False)
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class TensorSummary:
    """An output that nothing is known about; real values. None where there are no values."""

    name: str
    shape: Shape
    dtype: str
    min: float | None
    mean: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class Tensors(Read):
    """Outputs of a network that is none of the others; *hint* says how to name it."""

    tensors: tuple[TensorSummary, ...]
    hint: str = field(default="", compare=False)
    kind: Literal["tensors"] = "tensors"


Answer = Classes | Objects | Segments | Mask | Picture | Text | Tensors


def moved(answer: Answer, place: Placement) -> Answer:
    """*answer* about the network's picture as one about the photo that lies at *place* in it."""
    match answer:
        case Objects() | Segments() | Mask():
            return answer.moved(place)
        case _:
            return answer

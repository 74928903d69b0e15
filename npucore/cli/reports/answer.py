# SPDX-License-Identifier: MIT
"""Models of an answer's ``--json``, and the fields that all reports have in common.

It imports pydantic, which is slow to start: import it where a report is made.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Unchangeable, and without any key that is not declared."""

    # Names may begin with "model_", which some releases of pydantic warn about.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    def json_text(self) -> str:
        """The document, for people as well as programs."""
        return self.model_dump_json(indent=2)


class TensorReport(Report):
    """A tensor without its data."""

    name: str
    shape: tuple[int, ...]
    dtype: str


class ReadReport(Report):
    """An answer: *head* has read it, null if none did; the shapes of *other_heads* fit, too."""

    head: str | None = None
    other_heads: list[str] = []


class ClassReport(Report):
    """A class and its score; the name is null if no label has this index."""

    index: int
    name: str | None
    score: float


class ClassesReport(ReadReport):
    """The most likely classes, best first."""

    kind: Literal["classification"] = "classification"
    classes: list[ClassReport]


class PointReport(Report):
    """A key point of an object; relative to the image."""

    name: str | None
    y: float
    x: float
    score: float


class ObjectReport(Report):
    """A thing in the image."""

    index: int
    name: str | None
    score: float
    box: tuple[float, float, float, float]  # ymin, xmin, ymax, xmax; relative to the image
    points: list[PointReport] = []
    corners: list[tuple[float, float]] = []  # y, x of a turned box
    mask_share: float | None = None  # of the image; null without a mask


class ObjectsReport(ReadReport):
    """The things in the image of a score of at least *threshold*, best first."""

    kind: Literal["detection"] = "detection"
    threshold: float
    objects: list[ObjectReport]


class ShareReport(Report):
    """A class and its part of the pixels, 0 to 1."""

    index: int
    name: str | None
    share: float


class SegmentsReport(ReadReport):
    """Every class that occurs in the image, the largest share first."""

    kind: Literal["segmentation"] = "segmentation"
    classes: list[ShareReport]


class MaskReport(ReadReport):
    """The part of the image that the network's one thing has."""

    kind: Literal["mask"] = "mask"
    share: float


class PictureReport(ReadReport):
    """An image that the network made; *low* and *high* are the values of black and white."""

    kind: Literal["picture"] = "picture"
    width_pixels: int
    height_pixels: int
    low: float
    high: float


class TextReport(ReadReport):
    """A line of text; not *spelled* where no alphabet is known: then it is numbers."""

    kind: Literal["text"] = "text"
    text: str
    score: float
    spelled: bool


class ValuesReport(TensorReport):
    """The real values of a tensor; null where it is empty."""

    min: float | None
    mean: float | None
    max: float | None


class TensorsReport(ReadReport):
    """Outputs of a network of no known kind."""

    kind: Literal["tensors"] = "tensors"
    tensors: list[ValuesReport]
    hint: str = ""


AnswerReport = (
    ClassesReport
    | ObjectsReport
    | SegmentsReport
    | MaskReport
    | PictureReport
    | TextReport
    | TensorsReport
)


class PhotoReport(Report):
    """A photo or a frame of a video, and the answer about it."""

    name: str
    fed: str
    answer: AnswerReport


class PhotosReport(Report):
    """``npucore run`` on a folder, a video or a camera."""

    model: str
    source: str
    photos: list[PhotoReport]
    placed: dict[str, int]

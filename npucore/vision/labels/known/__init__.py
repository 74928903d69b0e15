# SPDX-License-Identifier: MIT
"""Public sets of classes, as data: ImageNet, COCO and Pascal VOC (README.md beside this file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

BACKGROUND = "background"
Labels = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which networks number a set's classes."""

    title: str
    file: str
    kind: str  # of the answers whose classes are numbered so
    total: int
    first: int = 0  # the number of the file's first name; 1 behind a background
    closed: bool = False  # numbers without a class are skipped


FORMS = (
    Form("ImageNet's 1000 classes", "imagenet", "classification", 1000),
    Form("ImageNet's 1000 classes behind a background", "imagenet", "classification", 1001, 1),
    Form("COCO's 80 classes", "coco", "detection", 80, closed=True),
    Form("COCO's 90 numbers", "coco", "detection", 90),
    Form("COCO's 90 numbers behind a background", "coco", "detection", 91, 1),
    Form("Pascal VOC's 20 classes", "voc", "detection", 20),
    Form("Pascal VOC's 20 classes behind a background", "voc", "detection", 21, 1),
    Form("Pascal VOC's 20 classes behind a background", "voc", "segmentation", 21, 1),
)


def fitting(kind: str, total: int | None) -> Form | None:
    """The one form that an answer of *total* classes fits."""
    found = [form for form in FORMS if (form.kind, form.total) == (kind, total)]
    return found[0] if len(found) == 1 else None


def names(form: Form) -> dict[int, str]:
    """The names of a form by number."""
    text = (resources.files(__name__) / f"{form.file}.txt").read_text("utf-8")
    lines = text.splitlines()
    if form.closed:
        lines = [line for line in lines if line != "n/a"]
    found = {index: name for index, name in enumerate(lines, form.first) if name != "n/a"}
    return {0: BACKGROUND, **found} if form.first else found


def recognised(labels: Labels) -> str | None:
    """The file of the set whose names *labels* are, in whatever form.

    Lists differ in spelling and give several names: nine of ten must begin alike.
    """
    given = {_first(name) for name in labels.values()} - {BACKGROUND}
    for file in dict.fromkeys(form.file for form in FORMS):
        form = next(form for form in FORMS if form.file == file)
        mine = {_first(name) for name in names(form).values()}
        if len(given & mine) >= 0.9 * max(len(given), len(mine)):
            return file
    return None


def _first(name: str) -> str:
    return name.split(",")[0].strip().lower()

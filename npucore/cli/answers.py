# SPDX-License-Identifier: MIT
"""Answers as lines of text and as parts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from npucore.vision.answer import Answer, Classes, Objects, Segments, Tensors
from npucore.vision.detect import Box

if TYPE_CHECKING:
    from npucore import reports

Labels = Mapping[int, str]


def lines(answer: Answer, labels: Labels, size: tuple[int, int] | None) -> Iterator[str]:
    """*answer* in text; boxes in pixels of an image of *size* (width, height), if there is one."""
    match answer:
        case Classes(classes=classes):
            for c in classes:
                yield f"{c.score:8.4f}  {_name(c.index, labels)}"
        case Objects(objects=objects, threshold=threshold):
            for o in objects:
                yield f"{o.score:6.2f}  {_name(o.index, labels):<20} {_place(o.box, size)}"
            if not objects:
                yield f"no object with a score of {threshold:g} or more"
        case Segments(shares=shares):
            for s in shares:
                yield f"{s.share:7.2%}  {_name(s.index, labels)}"
        case Tensors(tensors=tensors):
            for t in tensors:
                yield f"{t.name}  {t.dtype} {t.shape}{_values(t.min, t.mean, t.max)}"


def _name(index: int, labels: Labels) -> str:
    return f"{labels[index]} ({index})" if index in labels else f"class {index}"


def _place(box: Box, size: tuple[int, int] | None) -> str:
    ymin, xmin, ymax, xmax = box
    if size is None:
        return f"x {xmin:.3f} to {xmax:.3f}, y {ymin:.3f} to {ymax:.3f}"
    width, height = size
    left, right = round(xmin * width), round(xmax * width)
    top, bottom = round(ymin * height), round(ymax * height)
    return f"x {left} to {right}, y {top} to {bottom}"


def _values(low: float | None, mean: float | None, high: float | None) -> str:
    if low is None or mean is None or high is None:
        return "  no values"
    return f"  min {low:.6g}, mean {mean:.6g}, max {high:.6g}"


def report(answer: Answer, labels: Labels) -> reports.AnswerReport:
    """*answer* as ``--json`` gives it."""
    from npucore import reports

    match answer:
        case Classes(classes=classes):
            return reports.ClassesReport(
                classes=[
                    reports.ClassReport(index=c.index, name=labels.get(c.index), score=c.score)
                    for c in classes
                ]
            )
        case Objects(objects=objects, threshold=threshold):
            found = [
                reports.ObjectReport(
                    index=o.index, name=labels.get(o.index), score=o.score, box=o.box
                )
                for o in objects
            ]
            return reports.ObjectsReport(threshold=threshold, objects=found)
        case Segments(shares=shares):
            return reports.SegmentsReport(
                classes=[
                    reports.ShareReport(index=s.index, name=labels.get(s.index), share=s.share)
                    for s in shares
                ]
            )
        case Tensors(tensors=tensors):
            fields = ("name", "shape", "dtype", "min", "mean", "max")
            summaries = [{field: getattr(t, field) for field in fields} for t in tensors]
            return reports.TensorsReport.model_validate({"tensors": summaries})

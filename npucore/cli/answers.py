# SPDX-License-Identifier: MIT
"""Answers as lines of text and as parts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from npucore.vision.detect import Box, Detection
from npucore.vision.kinds import (
    Answer,
    Classes,
    Mask,
    Objects,
    Picture,
    Segments,
    Tensors,
    TensorSummary,
    Text,
)

if TYPE_CHECKING:
    from npucore.cli.reports import answer as reports

Labels = Mapping[int, str]
Size = tuple[int, int]  # width and height of the photo

SURE = 0.3  # of a key point that is worth a line


def lines(answer: Answer, labels: Labels, size: Size | None) -> Iterator[str]:
    """*answer* in text; boxes in pixels of an image of *size* (width, height), if there is one."""
    match answer:
        case Classes(classes=classes):
            for c in classes:
                yield f"{c.score:8.4f}  {_name(c.index, labels)}"
        case Objects():
            yield from _objects(answer, labels, size)
        case Segments(shares=shares):
            for s in shares:
                yield f"{s.share:7.2%}  {_name(s.index, labels)}"
        case Mask(share=share):
            yield f"{share:7.2%}  of the picture is in the mask"
        case Picture():
            yield _picture(answer)
        case Text(text=text, score=score, spelled=spelled):
            yield f"{score:8.4f}  {text!r}"
            if not spelled:
                yield "the numbers are of characters; --labels FILE is the network's alphabet"
        case Tensors(tensors=tensors, hint=hint):
            yield from map(_summary, tensors)
            if hint:
                yield hint


def read_as(answer: Answer) -> str:
    """The head that has read *answer*, where it could have been another; else empty."""
    return f"read as: {answer.head} (--head says otherwise)" if answer.others else ""


def _objects(answer: Objects, labels: Labels, size: Size | None) -> Iterator[str]:
    for o in answer.objects:
        yield f"{o.score:6.2f}  {_name(o.index, labels):<20} {_place(o.box, size)}{_more(o, size)}"
        for number, point in enumerate(o.points[: len(answer.point_names)]):
            if point.score >= SURE:
                name, where = answer.point_names[number], _spot(point.y, point.x, size)
                yield f"          {name:<18} {where}  ({point.score:.2f})"
    if not answer.objects:
        yield f"no object with a score of {answer.threshold:g} or more"


def _more(found: Detection, size: Size | None) -> str:
    """Columns of an object beside its box."""
    if found.corners:
        return ", turned: " + "; ".join(_spot(y, x, size) for y, x in found.corners)
    if found.mask is not None:
        return f", mask of {float(found.mask.mean()):.2%}"
    return f", {len(found.points)} points" if found.points else ""


def _spot(y: float, x: float, size: Size | None) -> str:
    if size is None:
        return f"x {x:.3f} y {y:.3f}"
    return f"x {round(x * size[0])} y {round(y * size[1])}"


def _picture(answer: Picture) -> str:
    width, height = answer.image.size
    values = f"black {answer.low:g}, white {answer.high:g}"
    return f"an image of {height} rows and {width} columns ({values}); --annotate OUT.png writes it"


def _summary(tensor: TensorSummary) -> str:
    values = _values(tensor.min, tensor.mean, tensor.max)
    return f"{tensor.name}  {tensor.dtype} {tensor.shape}{values}"


def _name(index: int, labels: Labels) -> str:
    return f"{labels[index]} ({index})" if index in labels else f"class {index}"


def _place(box: Box, size: Size | None) -> str:
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
    read = {"head": answer.head or None, "other_heads": list(answer.others)}
    return _report(answer, labels).model_copy(update=read)


def _report(answer: Answer, labels: Labels) -> reports.AnswerReport:
    from npucore.cli.reports import answer as reports

    match answer:
        case Classes(classes=classes):
            told = [
                reports.ClassReport(index=c.index, name=labels.get(c.index), score=c.score)
                for c in classes
            ]
            return reports.ClassesReport(classes=told)
        case Objects():
            found = [_object(o, answer, labels) for o in answer.objects]
            return reports.ObjectsReport(threshold=answer.threshold, objects=found)
        case Segments(shares=shares):
            parts = [
                reports.ShareReport(index=s.index, name=labels.get(s.index), share=s.share)
                for s in shares
            ]
            return reports.SegmentsReport(classes=parts)
        case Mask(share=share):
            return reports.MaskReport(share=share)
        case Picture(image=image, low=low, high=high):
            width, height = image.size
            return reports.PictureReport(
                width_pixels=width, height_pixels=height, low=low, high=high
            )
        case Text(text=text, score=score, spelled=spelled):
            return reports.TextReport(text=text, score=score, spelled=spelled)
        case Tensors(tensors=tensors, hint=hint):
            fields = ("name", "shape", "dtype", "min", "mean", "max")
            summaries = [{field: getattr(t, field) for field in fields} for t in tensors]
            return reports.TensorsReport.model_validate({"tensors": summaries, "hint": hint})


def _object(found: Detection, answer: Objects, labels: Labels) -> reports.ObjectReport:
    from npucore.cli.reports import answer as reports

    names = dict(enumerate(answer.point_names))
    return reports.ObjectReport(
        index=found.index,
        name=labels.get(found.index),
        score=found.score,
        box=found.box,
        points=[
            reports.PointReport(name=names.get(i), y=p.y, x=p.x, score=p.score)
            for i, p in enumerate(found.points)
        ],
        corners=list(found.corners),
        mask_share=None if found.mask is None else float(found.mask.mean()),
    )

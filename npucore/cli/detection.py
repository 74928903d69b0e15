# SPDX-License-Identifier: MIT
"""Text and report of the objects in frames."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from npucore.cli import answers, placed, tables
from npucore.cli.printable import printable
from npucore.running.work import counts
from npucore.vision.detection import DetectedFrame, Detections
from npucore.vision.drawing import annotate, save_image
from npucore.vision.video import Video

if TYPE_CHECKING:
    from npucore.cli.reports.hardware import DetectReport, FrameReport


@dataclass(frozen=True, slots=True)
class Told:
    """A frame once its image has been let go: how it was fed and read, and for ``--json`` all."""

    fed: str
    read_as: str
    note: str
    report: FrameReport | None


def tell(found: Detections, folder: str | None, video: str | None, as_json: bool) -> list[Told]:
    """Go through all frames, draw them into *folder* and *video*, print them unless *as_json*."""
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
    told = []
    with found, nullcontext() if video is None else Video(video) as film:
        for frame in found:
            drawn = None
            if folder is not None or film is not None:
                drawn = annotate(frame.image, frame.answer, frame.names.labels)
            file = None if folder is None or drawn is None else _save(drawn, frame.name, folder)
            if film is not None and drawn is not None:
                film.add(drawn, frame.fps)
            report = _report(frame, file) if as_json else None
            read_as, note = answers.read_as(frame.answer), frame.names.note
            told.append(Told(frame.fed.text, read_as, note, report))
            if not as_json:
                _print(frame)
    return told


def _save(image: Image.Image, name: str, folder: str) -> str:
    path = Path(folder) / f"{Path(name).stem}.png"
    save_image(image, path)
    return str(path)


def _print(frame: DetectedFrame) -> None:
    print(printable(frame.name))
    for line in answers.lines(frame.answer, frame.names.labels, frame.image.size):
        print(printable(f"  {line}"))


def print_end(found: Detections, told: Sequence[Told]) -> None:
    """How frames were fed and read, how fast that was, and where."""
    print()
    if told:
        tables.print_text(f"fed: {told[0].fed}")
    said = [*(one.read_as for one in told), *(one.note for one in told)]
    for text in dict.fromkeys(filter(None, said)):
        tables.print_text(text)
    print(f"{found.frames} frames, {found.fps:.1f} frames per second with", end="")
    print(f" {found.streams} under way")
    for name, here in found.devices.items():
        tables.print_text(f"{name}: {here.kind}, {here.detail}")
    tables.print_text(placed.sentence(found.placements, found.chosen))


def report(found: Detections, told: Sequence[Told], model: str, source: str) -> DetectReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports.base import DeviceReport
    from npucore.cli.reports.hardware import DetectReport

    here = found.devices.items()
    return DetectReport(
        model=model,
        source=source,
        device={name: DeviceReport(kind=a.kind, detail=a.detail) for name, a in here},
        streams=found.streams,
        notes=list(dict.fromkeys(one.note for one in told if one.note)),
        frames=[one.report for one in told if one.report is not None],
        fps=found.fps,
        placed=counts(found.placements, found.chosen),
    )


def _report(frame: DetectedFrame, file: str | None) -> FrameReport:
    from npucore.cli.reports.answer import ObjectsReport
    from npucore.cli.reports.hardware import FrameReport

    answer = answers.report(frame.answer, frame.names.labels)
    assert isinstance(answer, ObjectsReport)
    return FrameReport(
        name=frame.name,
        fed=frame.fed.text,
        head=frame.answer.head,
        file=file,
        objects=answer.objects,
    )

# SPDX-License-Identifier: MIT
"""``npucore run`` on a folder of photos, a video or a camera: one answer after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from npucore.cli import answers, placed, tables
from npucore.errors import InputError
from npucore.running.session import Session
from npucore.running.start import Start
from npucore.running.work import counts
from npucore.vision.feeding import Options
from npucore.vision.frames import frames, is_stream
from npucore.vision.reading import Reading, Reply, ask
from npucore.vision.suffixes import VIDEOS

if TYPE_CHECKING:
    from npucore.cli.reports.answer import PhotosReport


def source(given: Sequence[str]) -> str | None:
    """The folder, video or camera among the files of --input; None if there is none.

    Raises `InputError` for one beside others.
    """
    found = [text for text in given if _is_several(text)]
    if found and len(given) > 1:
        raise InputError(f"--input {found[0]}: it is for a network of one input, and alone")
    return found[0] if found else None


def _is_several(text: str) -> bool:
    path = Path(text)
    return path.is_dir() or path.suffix.lower() in VIDEOS or is_stream(text)


def run(
    start: Start, source: str, reading: Reading, feeding: Options, model: str, as_json: bool
) -> None:
    """Print every answer, then where it came from, or one JSON document."""
    begun, photos = perf_counter(), list[tuple[str, Reply]]()
    with Session(start) as session:
        for frame in frames(source):
            reply = ask(session, frame.image, reading, feeding)
            photos.append((frame.name, replace(reply, image=None)))
            if not as_json:
                _print(frame.name, reply)
    if as_json:
        print(_report(photos, session, source, model).json_text())
        return
    print(f"\n{len(photos)} photos in {perf_counter() - begun:.1f} s")
    for fed in dict.fromkeys(reply.fed.text for _, reply in photos):
        tables.print_text(f"fed: {fed}")
    tables.print_text(placed.sentence(session.placement, session.chosen))


def _print(name: str, reply: Reply) -> None:
    tables.print_text(name)
    size = None if reply.image is None else reply.image.size
    for line in answers.lines(reply.answer, reply.names.labels, size):
        tables.print_text(f"  {line}")


def _report(
    photos: Sequence[tuple[str, Reply]], session: Session, source: str, model: str
) -> PhotosReport:
    from npucore.cli.reports.answer import PhotoReport, PhotosReport

    return PhotosReport(
        model=model,
        source=source,
        photos=[
            PhotoReport(
                name=name,
                fed=reply.fed.text,
                answer=answers.report(reply.answer, reply.names.labels),
            )
            for name, reply in photos
        ],
        placed=counts(session.placement, session.chosen),
    )

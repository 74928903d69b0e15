# SPDX-License-Identifier: MIT
"""Frames through a detector, several at once, in order."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

from npucore.cli import answers, feeding, placed, selection
from npucore.cli.printable import printable
from npucore.errors import InputError
from npucore.files.artifact import Artifact
from npucore.running.session import Session
from npucore.tensor import Array
from npucore.vision import heads
from npucore.vision.drawing import annotate, save_image
from npucore.vision.feeding import Fed, choose
from npucore.vision.frames import Frame, frames
from npucore.vision.kinds import Objects
from npucore.vision.labels import Names
from npucore.vision.reading import Reading


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A frame, how it was fed, what is in it, and where it was drawn to."""

    frame: Frame
    fed: Fed
    answer: Objects
    names: Names
    file: str | None


def run(args: argparse.Namespace) -> int:
    """Detect, draw, print."""
    reading = Reading(args.labels, 1, args.threshold, args.head, args.task)
    network = selection.network(args)
    reading.check(network)
    source = islice(frames(args.source), args.frames)
    if args.out:
        Path(args.out).mkdir(parents=True, exist_ok=True)
    with _session(network, args) as session:
        seen, drawing, start = [], 0.0, perf_counter()
        for one in _answers(session, source, reading, args):
            before = perf_counter()
            seen.append(replace(one, file=_draw(one, args.out)))
            if not args.json:
                _print(seen[-1])
            drawing += perf_counter() - before
        seconds = perf_counter() - start - drawing
        fps = len(seen) / seconds if seconds > 0 else 0.0
        if args.json:
            _print_json(session, seen, fps, args)
        else:
            _print_end(session, seen, fps, args.streams)
    return 0


def _session(network: object, args: argparse.Namespace) -> Session:
    if isinstance(network, Artifact):
        return Session(network, strict=args.strict, memory=args.memory)
    return Session(
        network,  # type: ignore[arg-type]  # a graph
        selection.chosen(args),
        fallback=selection.fallback(args),
        strict=args.strict,
        rounding=args.rounding,
        memory=args.memory,
        **selection.options(args),
    )


def _answers(
    session: Session, source: Iterator[Frame], reading: Reading, args: argparse.Namespace
) -> Iterator[Seen]:
    """In the order of the frames, *streams* of them under way."""
    if len(session.inputs) != 1:
        raise InputError(f"{args.model} has {len(session.inputs)} inputs, wanted one image")
    network = session.network
    hint = heads.hint(network, args.head, args.task)
    feed = choose(network, session.inputs[0], feeding.options(args), hint)
    under_way: deque[tuple[Frame, Fed, Future[list[Array]]]] = deque()
    for frame in source:
        if len(under_way) == args.streams:
            yield _seen(session, reading, *under_way.popleft(), args.model)
        fed = feed(frame.image)
        under_way.append((frame, fed, session.submit(fed.array)))
    while under_way:
        yield _seen(session, reading, *under_way.popleft(), args.model)


def _seen(
    session: Session,
    reading: Reading,
    frame: Frame,
    fed: Fed,
    future: Future[list[Array]],
    model: str,
) -> Seen:
    found, names = reading.answer(session.network, future.result(), frame.image, fed.placement)
    if not isinstance(found, Objects):
        kind = type(found).__name__.lower()
        raise InputError(f"{model} is no detector: it gives {kind}; if it is, say so by --head")
    return Seen(frame, fed, found, names, None)


def _draw(seen: Seen, folder: str | None) -> str | None:
    if folder is None:
        return None
    path = Path(folder) / f"{Path(seen.frame.name).stem}.png"
    save_image(annotate(seen.frame.image, seen.answer, seen.names.labels), path)
    return str(path)


def _print(seen: Seen) -> None:
    print(printable(seen.frame.name))
    for line in answers.lines(seen.answer, seen.names.labels, seen.frame.image.size):
        print(printable(f"  {line}"))


def _print_end(session: Session, seen: list[Seen], fps: float, streams: int) -> None:
    print()
    for text in dict.fromkeys(f"fed: {one.fed.text}" for one in seen[:1]):
        print(text)
    for read in dict.fromkeys(answers.read_as(one.answer) for one in seen if one.answer.others):
        print(printable(read))
    for note in dict.fromkeys(one.names.note for one in seen if one.names.note):
        print(printable(note))
    print(f"{len(seen)} frames, {fps:.1f} frames per second with {streams} under way")
    for backend in dict.fromkeys(run.backend for run in session.runs):
        here = backend.availability()
        print(printable(f"{backend.name}: {here.kind}, {here.detail}"))
    print(printable(placed.sentence(session.placement, session.chosen)))


def _print_json(session: Session, seen: list[Seen], fps: float, args: argparse.Namespace) -> None:
    from npucore.cli.reports.answer import ObjectsReport
    from npucore.cli.reports.base import DeviceReport
    from npucore.cli.reports.hardware import DetectReport, FrameReport

    used = dict.fromkeys(run.backend for run in session.runs)
    here = {backend.name: backend.availability() for backend in used}
    told = [answers.report(s.answer, s.names.labels) for s in seen]
    objects = [list(t.objects) if isinstance(t, ObjectsReport) else [] for t in told]
    pairs = zip(seen, objects, strict=True)
    report = DetectReport(
        model=args.model,
        source=args.source,
        device={name: DeviceReport(kind=a.kind, detail=a.detail) for name, a in here.items()},
        streams=args.streams,
        notes=list(dict.fromkeys(s.names.note for s in seen if s.names.note)),
        frames=[
            FrameReport(
                name=s.frame.name, fed=s.fed.text, head=s.answer.head, file=s.file, objects=o
            )
            for s, o in pairs
        ],
        fps=fps,
        placed=placed.counts(session.placement, session.chosen),
    )
    print(report.json_text())

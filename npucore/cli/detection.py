# SPDX-License-Identifier: MIT
"""Frames through a detector, several at once, in order."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

from npucore.artifact import Artifact
from npucore.cli import answers, placed, selection
from npucore.cli.printable import printable
from npucore.errors import InputError
from npucore.session import Session
from npucore.tensor import Array
from npucore.vision.annotate import annotate, save_image
from npucore.vision.answer import Answer, Objects, interpret
from npucore.vision.frames import Frame, frames
from npucore.vision.image import to_input
from npucore.vision.labels import load_labels


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A frame, what is in it, and where it was drawn to."""

    frame: Frame
    answer: Objects
    file: str | None


def run(args: argparse.Namespace) -> int:
    """Detect, draw, print."""
    labels = load_labels(args.labels) if args.labels else {}
    network = selection.network(args)
    source = islice(frames(args.source), args.frames)
    if args.out:
        Path(args.out).mkdir(parents=True, exist_ok=True)
    with _session(network, args) as session:
        seen, drawing, start = [], 0.0, perf_counter()
        for frame, answer in _answers(session, source, args):
            before = perf_counter()
            seen.append(Seen(frame, answer, _draw(frame, answer, labels, args.out)))
            if not args.json:
                _print(seen[-1], labels)
            drawing += perf_counter() - before
        seconds = perf_counter() - start - drawing
        fps = len(seen) / seconds if seconds > 0 else 0.0
        if args.json:
            _print_json(session, seen, fps, labels, args)
        else:
            _print_end(session, len(seen), fps, args.streams)
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
    session: Session, source: Iterator[Frame], args: argparse.Namespace
) -> Iterator[tuple[Frame, Objects]]:
    """In the order of the frames, *streams* of them under way."""
    if len(session.inputs) != 1:
        raise InputError(f"{args.model} has {len(session.inputs)} inputs, wanted one image")
    under_way: deque[tuple[Frame, Future[list[Array]]]] = deque()
    for frame in source:
        if len(under_way) == args.streams:
            yield _answer(session, *under_way.popleft(), args)
        image = to_input(frame.image, session.inputs[0])
        under_way.append((frame, session.submit(image)))
    while under_way:
        yield _answer(session, *under_way.popleft(), args)


def _answer(
    session: Session, frame: Frame, future: Future[list[Array]], args: argparse.Namespace
) -> tuple[Frame, Objects]:
    found: Answer = interpret(session.network, future.result(), threshold=args.threshold)
    if not isinstance(found, Objects):
        raise InputError(f"{args.model} is no detector: it gives {type(found).__name__.lower()}")
    return frame, found


def _draw(frame: Frame, answer: Objects, labels: dict[int, str], folder: str | None) -> str | None:
    if folder is None:
        return None
    path = Path(folder) / f"{Path(frame.name).stem}.png"
    save_image(annotate(frame.image, answer, labels), path)
    return str(path)


def _print(seen: Seen, labels: dict[int, str]) -> None:
    print(printable(seen.frame.name))
    for line in answers.lines(seen.answer, labels, seen.frame.image.size):
        print(printable(f"  {line}"))


def _print_end(session: Session, count: int, fps: float, streams: int) -> None:
    print(f"\n{count} frames, {fps:.1f} frames per second with {streams} under way")
    for backend in dict.fromkeys(run.backend for run in session.runs):
        here = backend.availability()
        print(printable(f"{backend.name}: {here.kind}, {here.detail}"))
    print(printable(placed.sentence(session.placement, session.chosen)))


def _print_json(
    session: Session, seen: list[Seen], fps: float, labels: dict[int, str], args: argparse.Namespace
) -> None:
    from npucore.hardware_reports import DetectReport, FrameReport
    from npucore.reports import DeviceReport, ObjectsReport

    used = dict.fromkeys(run.backend for run in session.runs)
    here = {backend.name: backend.availability() for backend in used}
    told = [answers.report(s.answer, labels) for s in seen]
    objects = [list(t.objects) if isinstance(t, ObjectsReport) else [] for t in told]
    pairs = zip(seen, objects, strict=True)
    report = DetectReport(
        model=args.model,
        source=args.source,
        device={name: DeviceReport(kind=a.kind, detail=a.detail) for name, a in here.items()},
        streams=args.streams,
        frames=[FrameReport(name=s.frame.name, file=s.file, objects=o) for s, o in pairs],
        fps=fps,
        placed=placed.counts(session.placement, session.chosen),
    )
    print(report.json_text())

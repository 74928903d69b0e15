# SPDX-License-Identifier: MIT
"""One run of a network from the command line, and what is said about it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from npucore.cli import answers, placed, selection
from npucore.cli.inputs import Inputs, read_inputs
from npucore.cli.printable import printable
from npucore.contract.backend import Backend, DeviceKind
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.artifact import Artifact
from npucore.graph import Graph, Network
from npucore.running.session import Session, open_all
from npucore.running.work import Work
from npucore.tensor import Array
from npucore.vision.drawing import drawn
from npucore.vision.kinds import Answer
from npucore.vision.labels import Names
from npucore.vision.reading import Reading

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """Everything that there is to say about a run."""

    network: Network
    given: Inputs
    arrays: list[Array]
    answer: Answer
    names: Names
    backends: list[Backend]  # those that ran something, and those that the user chose
    chosen: tuple[str, ...]
    placement: tuple[Placement, ...]
    works: list[Work]
    load_seconds: float
    compile_seconds: float
    run_seconds: list[float]

    @property
    def median_seconds(self) -> float:
        """The median over all runs, of an even number the mean of the middle two."""
        ordered, middle = sorted(self.run_seconds), len(self.run_seconds) // 2
        return (ordered[middle] + ordered[-middle - 1]) / 2


def infer(args: argparse.Namespace) -> Inference:
    """Load, compile and run what *args* of ``npucore run`` say."""
    reading = Reading(args.labels, args.top, args.threshold, args.head, args.task)
    start = perf_counter()
    network = selection.network(args)
    load_seconds = perf_counter() - start
    reading.check(network)
    given = read_inputs(network, args)
    if args.annotate and given.image is None:
        raise InputError("--annotate draws onto a photo, but no input is one")
    chosen = [] if isinstance(network, Artifact) else selection.chosen(args)
    start = perf_counter()
    with _session(network, chosen, args) as session:
        compile_seconds = perf_counter() - start
        arrays, run_seconds = _run(session, given, args.runs)
    ran = [run.backend for run in session.runs]
    answer, names = reading.answer(session.network, arrays, given.image, given.placement)
    return Inference(
        session.network,
        given,
        arrays,
        answer,
        names,
        list(dict.fromkeys([*chosen, *ran])),
        session.chosen,
        session.placement,
        _works(session.network, session.placement, chosen, args),
        load_seconds,
        compile_seconds,
        run_seconds,
    )


def _works(
    network: Network,
    placement: tuple[Placement, ...],
    chosen: list[Backend],
    args: argparse.Namespace,
) -> list[Work]:
    """The work of the chosen backends; none for an artefact, which leaves nothing to choose."""
    if not isinstance(network, Graph):
        return []
    _, every = open_all(chosen, selection.fallback(args), **selection.options(args))
    return placed.works(network, placement, chosen, every)


def _session(network: Graph | Artifact, chosen: list[Backend], args: argparse.Namespace) -> Session:
    if isinstance(network, Artifact):
        return Session(network, strict=args.strict, memory=args.memory)
    return Session(
        network,
        chosen,
        fallback=selection.fallback(args),
        strict=args.strict,
        rounding=args.rounding,
        memory=args.memory,
        **selection.options(args),
    )


def _run(session: Session, given: Inputs, runs: int) -> tuple[list[Array], list[float]]:
    """The outputs of one run, and the seconds of each of *runs*; states begin anew before each."""
    times, arrays = [], []
    for _ in range(runs):
        session.reset()
        start = perf_counter()
        arrays = session.run(given.arrays)
        times.append(perf_counter() - start)
    return arrays, times


def text(done: Inference, annotated: str | None) -> Iterator[str]:
    """The answer, how the photo was fed, then times, then what ran where."""
    size = done.given.image.size if done.given.image else None
    for line in answers.lines(done.answer, done.names.labels, size):
        yield printable(line)
    yield ""
    for fed in done.given.fed:
        if fed is not None:
            yield f"fed: {fed.text}"
    if read := answers.read_as(done.answer):
        yield printable(read)
    if done.names.note:
        yield printable(done.names.note)
    if annotated is not None:
        yield printable(f"{annotated}: {drawn(done.answer)}")
    yield _times(done)
    yield printable(placed.sentence(done.placement, done.chosen))
    yield from placed.lines(done.works)
    counts = placed.counts(done.placement, done.chosen)
    for backend in done.backends:
        here = backend.availability()
        if counts[backend.name] and here.kind is not DeviceKind.CPU:
            yield printable(f"{backend.name}: {here.kind}, {here.detail}")


def _times(done: Inference) -> str:
    stages = [("load", done.load_seconds), ("compile", done.compile_seconds)]
    times = ", ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in stages)
    times += f", run {done.median_seconds * 1e3:.1f} ms"
    if (runs := len(done.run_seconds)) > 1:
        times += f" (median of {runs}; the first {done.run_seconds[0] * 1e3:.1f} ms)"
    return times


def report(done: Inference, args: argparse.Namespace) -> reports.RunReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import answer as answer_reports
    from npucore.cli.reports import base as reports

    here = {backend.name: backend.availability() for backend in done.backends}
    inputs = zip(done.network.inputs, done.given.files, done.given.fed, strict=True)
    return reports.RunReport(
        model=args.model,
        backend=",".join(done.chosen),
        device={k: reports.DeviceReport(kind=a.kind, detail=a.detail) for k, a in here.items()},
        inputs=[
            reports.InputReport(
                name=t.name,
                shape=t.shape,
                dtype=str(t.dtype),
                file=file,
                fed=None if fed is None else fed.text,
            )
            for t, file, fed in inputs
        ],
        answer=answers.report(done.answer, done.names.labels),
        notes=[done.names.note] if done.names.note else [],
        annotated=_annotated(done, args.annotate),
        outputs=[
            answer_reports.TensorReport(name=t.name, shape=t.shape, dtype=str(t.dtype))
            for t in done.network.outputs
        ],
        seconds=_seconds(done),
        placed=placed.counts(done.placement, done.chosen),
        macs=placed.macs(done.placement, done.chosen),
        work=placed.work_reports(done.works),
        fallbacks=placed.fallback_reports(done.placement, done.chosen),
    )


def _annotated(done: Inference, file: str | None) -> reports.AnnotatedReport | None:
    from npucore.cli.reports import base as reports

    return None if file is None else reports.AnnotatedReport(file=file, drawn=drawn(done.answer))


def _seconds(done: Inference) -> reports.SecondsReport:
    from npucore.cli.reports import base as reports

    runs = reports.RunSeconds(
        first=done.run_seconds[0], median=done.median_seconds, runs=len(done.run_seconds)
    )
    return reports.SecondsReport(load=done.load_seconds, compile=done.compile_seconds, run=runs)

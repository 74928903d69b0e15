# SPDX-License-Identifier: MIT
"""Text and report of one run of a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from npucore.cli import answers, placed
from npucore.cli.printable import printable
from npucore.contract.backend import DeviceKind
from npucore.running.work import macs
from npucore.vision.inference import Inference

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports


def text(done: Inference, annotated: str | None) -> Iterator[str]:
    """The answer, how the photo was fed, then times, then what ran where."""
    size = done.inputs.image.size if done.inputs.image else None
    for line in answers.lines(done.answer, done.names.labels, size):
        yield printable(line)
    yield ""
    for fed in done.inputs.told:
        yield f"fed: {fed}"
    if read := answers.read_as(done.answer):
        yield printable(read)
    if done.names.note:
        yield printable(done.names.note)
    if annotated is not None:
        yield printable(f"{annotated}: {_drawn(done)}")
    yield _times(done)
    yield printable(placed.sentence(done.placements, done.chosen))
    yield from placed.lines(done.works)
    for backend in done.backends:
        here = backend.availability()
        if done.ops[backend.name] and here.kind is not DeviceKind.CPU:
            yield printable(f"{backend.name}: {here.kind}, {here.detail}")


def _times(done: Inference) -> str:
    stages = [("load", done.seconds.load), ("compile", done.seconds.compile)]
    times = ", ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in stages)
    times += f", run {done.seconds.median * 1e3:.1f} ms"
    if (runs := len(done.seconds.runs)) > 1:
        times += f" (median of {runs}; the first {done.seconds.runs[0] * 1e3:.1f} ms)"
    return times


def report(done: Inference, model: str, annotated: str | None) -> reports.RunReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import answer as answer_reports
    from npucore.cli.reports import base as reports

    here = {backend.name: backend.availability() for backend in done.backends}
    inputs = zip(done.network.inputs, done.inputs.files, done.inputs.fed, strict=True)
    return reports.RunReport(
        model=model,
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
        annotated=_annotated(done, annotated),
        outputs=[
            answer_reports.TensorReport(name=t.name, shape=t.shape, dtype=str(t.dtype))
            for t in done.network.outputs
        ],
        times=_times_report(done),
        placed=done.ops,
        macs=macs(done.placements, done.chosen),
        work=placed.work_reports(done.works),
        fallbacks=placed.fallback_reports(done.placements, done.chosen),
    )


def _annotated(done: Inference, file: str | None) -> reports.AnnotatedReport | None:
    from npucore.cli.reports import base as reports

    return None if file is None else reports.AnnotatedReport(file=file, drawn=_drawn(done))


def _drawn(done: Inference) -> str:
    from npucore.vision.drawing import drawn

    return drawn(done.answer)


def _times_report(done: Inference) -> reports.TimesReport:
    from npucore.cli.reports import base as reports

    return reports.TimesReport(
        load_seconds=done.seconds.load,
        compile_seconds=done.seconds.compile,
        first_run_seconds=done.seconds.runs[0],
        median_run_seconds=done.seconds.median,
        runs=len(done.seconds.runs),
    )

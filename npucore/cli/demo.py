# SPDX-License-Identifier: MIT
"""``npucore demo``: the network inside the package, on every backend side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports
    from npucore.demo.evaluate import Demonstration, Digits, Score

SUMMARY = "Recognise handwritten digits on every installed backend, side by side"
EXAMPLES = """\
examples:
  npucore demo
  npucore demo --backend rocket,reference --json
  npucore demo --option per_channel=requantize
"""

SHOWN = 4  # digits, which fit 80 columns
COLUMNS = ("backend", "accuracy>", "samples>", "ms each>", "ops on it>", "runs on")
SHADES = " .:-=+*#%@"
NOTE = "Times are of this machine: a simulator's say nothing about the speed of the chip."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``demo`` understands."""
    selection.add_backend(parser)
    selection.add_placement(parser)
    selection.add_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.set_defaults(trust=None)


def execute(args: argparse.Namespace) -> int:
    """Measure every backend; those that the user names must work, the others may be skipped."""
    from npucore.demo.evaluate import run_demo

    with _progress() as progress:
        placed = {"placement": args.placement, "host": args.host}
        done = run_demo(args.backend, progress=progress, **placed, **selection.options(args))
    if args.json:
        print(_report(done).json_text())
    else:
        _print_text(done)
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for the backend that runs on a terminal, nothing anywhere else."""
    if not sys.stderr.isatty():
        yield lambda name, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("")
        yield lambda name, done, total: progress.update(
            task, description=name, completed=done, total=total
        )


def _print_text(done: Demonstration) -> None:
    from npucore.cli import tables

    if scores := done.scores:
        _print_digits(done.digits, scores[0])
        total = len(done.digits.labels)
        tables.print_table(COLUMNS, [_row(total, score) for score in scores])
        print()
    for score in scores:
        tables.print_text(_where(score))
    for result in done.skipped:
        tables.print_text(f"{result.backend} is left out: {' '.join(result.reason.split())}")
    tables.print_text(NOTE)


def _print_digits(digits: Digits, score: Score) -> None:
    """A few samples as they look, above what the network takes them for."""
    shown = digits.images[:SHOWN, :, :, 0]
    for row in range(shown.shape[1]):
        cells = (shown[:, row].astype(int) * (len(SHADES) - 1) + 127) // 255
        print("  ".join("".join(SHADES[c] * 2 for c in line) for line in cells).rstrip())
    words = [
        f"{found}" + ("" if found == wanted else f" (it is a {wanted})")
        for found, wanted in zip(score.predictions[:SHOWN], digits.labels[:SHOWN], strict=False)
    ]
    print("  ".join(f"{word:^{2 * shown.shape[2]}}" for word in words).rstrip())
    print()


def _row(total: int, score: Score) -> list[str]:
    return [
        score.backend,
        f"{score.accuracy:.2%}",
        f"{len(score.predictions)} of {total}",
        f"{score.seconds * 1e3:.2f}",
        f"{_placed(score)[score.backend]} of {len(score.placement)}",
        str(score.device.kind),
    ]


def _placed(score: Score) -> dict[str, int]:
    """Ops by backend, its own first."""
    from npucore.running.work import counts

    return counts(score.placement, [score.backend])


def _where(score: Score) -> str:
    from npucore.cli import placed

    ops = placed.sentence(score.placement, [score.backend])
    return f"{score.backend} ({score.device.kind}, {score.device.detail}): {ops}"


def _report(done: Demonstration) -> reports.DemoReport:
    from npucore.cli.reports import base as reports

    columns = [
        reports.DemoColumn(
            backend=score.backend,
            device=reports.DeviceReport(kind=score.device.kind, detail=score.device.detail),
            samples=len(score.predictions),
            accuracy=score.accuracy,
            inference_ms=score.seconds * 1e3,
            placed=_placed(score),
        )
        for score in done.scores
    ]
    left_out = [reports.SkippedReport(backend=r.backend, reason=r.reason) for r in done.skipped]
    return reports.DemoReport(
        network=done.digits.graph.name,
        samples=len(done.digits.labels),
        backends=columns,
        skipped=left_out,
        note=NOTE,
    )

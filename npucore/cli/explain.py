# SPDX-License-Identifier: MIT
"""``npucore explain``: where every op would run, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from npucore.cli import selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npucore.cli.reports import base as reports
    from npucore.contract.placement import Placement
    from npucore.graph import Graph
    from npucore.running.explanation import Explanation
    from npucore.running.prices import Time

SUMMARY = "Say where every op of a network would run, and why"
EXAMPLES = """\
examples:
  npucore explain mobilenet.tflite --backend rocket
  npucore explain mobilenet.tflite --backend rocket --board
  npucore explain model.tflite --backend vsim:a311d --strict --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``explain`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    selection.add_arguments(parser)
    parser.add_argument(
        "--board", action="store_true", help="as on a board, at what a board trusts by default"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Judge every op without compiling anything, or say how an artefact's were judged."""
    from npucore.errors import FallbackError, InputError
    from npucore.files.artifact import Artifact
    from npucore.running.explanation import explain

    network = selection.network(args, unread=True)
    if isinstance(network, Artifact):
        selection.refuse(args, "board")
    if args.board and args.trust is not None:
        raise InputError("--board asks for what a board trusts by default: leave --trust out")
    fallback, options = selection.fallback(args), selection.options(args)
    with selection.spelled("board"):
        done = explain(
            network,
            args.backend,
            fallback=fallback,
            board=args.board,
            strict=args.strict,
            placement=args.placement,
            host=args.host,
            **options,
        )
    if args.json:
        print(_report(args.model, done).json_text())
    else:
        _print_text(done)
    if args.strict and (strays := done.fallbacks):
        raise FallbackError(
            f"{len(strays)} of {len(done.placements)} ops would not run on {', '.join(done.chosen)}"
        )
    return 0


def _print_text(done: Explanation) -> None:
    from npucore.cli import placed
    from npucore.cli.printable import printable

    _print_table(done.placements, done.graph)
    summary = placed.sentence(done.placements, done.chosen)
    print(printable(f"{summary}; {done.runs} {'run' if done.runs == 1 else 'runs'}"))
    for line in placed.lines(done.works):
        print(line)
    if done.time is not None:
        print(_modelled(done.time))


def _modelled(time: Time) -> str:
    """How long an inference is expected to take, and what of it."""
    parts = {
        "NPU": time.device,
        "driver": time.driver,
        "crossings": time.crossings,
        "CPU": time.host,
    }
    told = ", ".join(f"{name} {seconds * 1e3:.2f}" for name, seconds in parts.items())
    return f"modelled: {time.seconds * 1e3:.2f} ms for an inference alone ({told})"


def _print_table(placements: Sequence[Placement], graph: Graph | None) -> None:
    """One row per op; shapes are those of *graph*, and an artefact has none."""
    from npucore.cli import tables

    columns = ["#>", "op", "name", "output", "MACs>", "backend", "reason", "evidence"]
    if graph is None:
        columns.remove("output")
    tables.print_table(columns, _rows(placements, graph))


def _rows(placements: Sequence[Placement], graph: Graph | None) -> Iterator[list[str]]:
    from npucore.cli.printable import short

    for p in placements:
        said, evidence = p.reason or p.note or "", p.evidence or ""
        macs = f"{p.macs:,}" if p.macs else ""
        row = [str(p.index), p.op, short(p.name), macs, p.backend, said, evidence]
        if graph is not None:
            outputs = graph.ops[p.index].outputs
            row.insert(3, "; ".join("x".join(map(str, t.shape)) for t in outputs))
        yield row


def _milliseconds(time: Time) -> dict[str, float]:
    from dataclasses import asdict

    parts = {f"{name}_ms": seconds * 1e3 for name, seconds in asdict(time).items()}
    return {"ms": time.seconds * 1e3, **parts}


def _placement(fields: dict[str, Any]) -> reports.PlacementReport:
    from npucore.cli.reports import base as reports

    if fields["note"] is None:
        del fields["note"]
        return reports.PlacementReport(**fields)
    return reports.ChangedReport(**fields)


def _report(model: str, done: Explanation) -> reports.ExplainReport:
    from dataclasses import asdict

    from npucore.cli import placed
    from npucore.cli.reports import base as reports

    summary = reports.ExplainSummary(
        ops=len(done.placements),
        by_backend=done.ops,
        macs=done.macs,
        work=placed.work_reports(done.works),
        fallbacks=len(done.fallbacks),
        runs=done.runs,
        modelled=None if done.time is None else reports.ModelledReport(**_milliseconds(done.time)),
    )
    return reports.ExplainReport(
        model=model,
        backend=",".join(done.chosen),
        ops=[_placement(asdict(placement)) for placement in done.placements],
        summary=summary,
    )

# SPDX-License-Identifier: MIT
"""``npucore explain``: where every op would run, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from npucore.cli import selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npucore import reports
    from npucore.graph import Graph
    from npucore.partition import Placement

SUMMARY = "Say where every op of a network would run, and why"
EXAMPLES = """\
examples:
  npucore explain mobilenet.tflite --backend rocket
  npucore explain model.tflite --backend vsim:a311d --strict --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``explain`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    selection.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Judge every op without compiling anything, or say how an artefact's were judged."""
    from npucore.artifact import Artifact
    from npucore.cli import placed
    from npucore.errors import FallbackError
    from npucore.partition import Nobody, partition
    from npucore.session import open_all

    network = selection.network(args, unread=True)
    if isinstance(network, Artifact):
        chosen, placements, runs = network.chosen, network.placements, len(network.runs)
    else:
        fallback, options = selection.fallback(args), selection.options(args)
        wanted, backends = open_all(args.backend, fallback, **options)
        parts = partition(network, [*backends, Nobody()])
        chosen = tuple(backend.name for backend in wanted)
        placements, runs = parts.placements, len(parts.runs)
    if args.json:
        _print_json(args.model, placements, chosen, runs)
    else:
        _print_table(placements, None if isinstance(network, Artifact) else network)
        _print_summary(placements, chosen, runs)
    if args.strict and (strays := placed.fallbacks(placements, chosen)):
        raise FallbackError(
            f"{len(strays)} of {len(placements)} ops would not run on {', '.join(chosen)}"
        )
    return 0


def _print_table(placements: Sequence[Placement], graph: Graph | None) -> None:
    """One row per op; shapes are those of *graph*, and an artefact has none."""
    from npucore.cli import tables

    columns = ["#>", "op", "name", "output", "backend", "reason", "evidence"]
    if graph is None:
        columns.remove("output")
    tables.print_table(columns, _rows(placements, graph))


def _rows(placements: Sequence[Placement], graph: Graph | None) -> Iterator[list[str]]:
    from npucore.cli.printable import short

    for p in placements:
        said, evidence = p.reason or p.note or "", p.evidence or ""
        row = [str(p.index), p.op, short(p.name), p.backend, said, evidence]
        if graph is not None:
            outputs = graph.ops[p.index].outputs
            row.insert(3, "; ".join("x".join(map(str, t.shape)) for t in outputs))
        yield row


def _print_summary(placements: Sequence[Placement], chosen: Sequence[str], runs: int) -> None:
    from npucore.cli import placed
    from npucore.cli.printable import printable

    summary = placed.sentence(placements, chosen)
    print(printable(f"{summary}; {runs} {'run' if runs == 1 else 'runs'}"))


def _placement(fields: dict[str, Any]) -> reports.PlacementReport:
    from npucore import reports

    if fields["note"] is None:
        del fields["note"]
        return reports.PlacementReport(**fields)
    return reports.ChangedReport(**fields)


def _print_json(
    model: str, placements: Sequence[Placement], chosen: Sequence[str], runs: int
) -> None:
    from dataclasses import asdict

    from npucore import reports
    from npucore.cli import placed

    summary = reports.ExplainSummary(
        ops=len(placements),
        by_backend=placed.counts(placements, chosen),
        fallbacks=len(placed.fallbacks(placements, chosen)),
        runs=runs,
    )
    report = reports.ExplainReport(
        model=model,
        backend=",".join(chosen),
        ops=[_placement(asdict(placement)) for placement in placements],
        summary=summary,
    )
    print(report.json_text())

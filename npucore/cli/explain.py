# SPDX-License-Identifier: MIT
"""``npucore explain``: where every op would run, and why."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from npucore.cli import selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npucore.cli.reports import base as reports
    from npucore.contract.backend import Backend
    from npucore.contract.placement import Placement
    from npucore.graph import Graph
    from npucore.running.work import Work

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


@dataclass(frozen=True, slots=True)
class Explained:
    """A model's placements, and the work that each backend takes."""

    model: str
    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]
    runs: int
    works: list[Work]
    graph: Graph | None = None  # of a model; an artefact has none


def execute(args: argparse.Namespace) -> int:
    """Judge every op without compiling anything, or say how an artefact's were judged."""
    from npucore.cli import placed
    from npucore.errors import FallbackError

    done = _explained(args)
    (_print_json if args.json else _print_text)(done)
    if args.strict and (strays := placed.fallbacks(done.placements, done.chosen)):
        raise FallbackError(
            f"{len(strays)} of {len(done.placements)} ops would not run on {', '.join(done.chosen)}"
        )
    return 0


def _explained(args: argparse.Namespace) -> Explained:
    from npucore.cli import placed
    from npucore.files.artifact import Artifact
    from npucore.running.partition import Unplaced, partition
    from npucore.running.session import open_all

    network = selection.network(args, unread=True)
    if isinstance(network, Artifact):
        selection.refuse(args, "board")
        runs = len(network.runs)
        return Explained(args.model, network.chosen, network.placements, runs, [])
    fallback, options = selection.fallback(args), selection.options(args)
    chosen, every = open_all(args.backend, fallback, **options)
    if args.board:
        boards = _on_boards(chosen, args)
        chosen, every = open_all(boards, fallback, **options)
    if fallback is not None:  # without a fallback, say which ops remain
        every = [*every, Unplaced()]
    parts = partition(network, every)
    names, placements = tuple(backend.name for backend in chosen), parts.placements
    works = placed.works(network, placements, chosen, every, args.board)
    return Explained(args.model, names, placements, len(parts.runs), works, network)


def _on_boards(chosen: Sequence[Backend], args: argparse.Namespace) -> list[Backend]:
    """The same backends as on a board. Raises `InputError` if none of them has any."""
    from npucore.errors import InputError
    from npucore.running.work import for_board

    if args.trust is not None:
        raise InputError("--board asks for what a board trusts by default: leave --trust out")
    found = [for_board(backend) or backend for backend in chosen]
    if not any(board.trust is not None for board in found):
        raise InputError(f"--board: {', '.join(b.name for b in chosen)} has no boards")
    return found


def _print_text(done: Explained) -> None:
    from npucore.cli import placed
    from npucore.cli.printable import printable

    _print_table(done.placements, done.graph)
    summary = placed.sentence(done.placements, done.chosen)
    print(printable(f"{summary}; {done.runs} {'run' if done.runs == 1 else 'runs'}"))
    for line in placed.lines(done.works):
        print(line)


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


def _placement(fields: dict[str, Any]) -> reports.PlacementReport:
    from npucore.cli.reports import base as reports

    if fields["note"] is None:
        del fields["note"]
        return reports.PlacementReport(**fields)
    return reports.ChangedReport(**fields)


def _print_json(done: Explained) -> None:
    from dataclasses import asdict

    from npucore.cli import placed
    from npucore.cli.reports import base as reports

    summary = reports.ExplainSummary(
        ops=len(done.placements),
        by_backend=placed.counts(done.placements, done.chosen),
        macs=placed.macs(done.placements, done.chosen),
        work=placed.work_reports(done.works),
        fallbacks=len(placed.fallbacks(done.placements, done.chosen)),
        runs=done.runs,
    )
    report = reports.ExplainReport(
        model=done.model,
        backend=",".join(done.chosen),
        ops=[_placement(asdict(placement)) for placement in done.placements],
        summary=summary,
    )
    print(report.json_text())

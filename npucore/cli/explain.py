# SPDX-License-Identifier: MIT
"""``npucore explain``: where every op would run, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.graph import Graph
    from npucore.partition import Partition

SUMMARY = "Say where every op of a network would run, and why"
EXAMPLES = """\
examples:
  npucore explain mobilenet.tflite --backend rocket
  npucore explain model.tflite --backend vsim:a311d --strict --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``explain`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    selection.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Judge every op without compiling anything."""
    from npucore.cli import placed
    from npucore.errors import FallbackError
    from npucore.partition import partition
    from npucore.session import load, open_all

    graph = load(args.model, args.frontend)
    wanted, backends = open_all(args.backend, selection.fallback(args), **selection.options(args))
    parts = partition(graph, backends)
    chosen = [backend.name for backend in wanted]
    if args.json:
        _print_json(args.model, parts, chosen)
    else:
        _print_text(graph, parts, chosen)
    if args.strict and (strays := placed.fallbacks(parts.placements, chosen)):
        raise FallbackError(
            f"{len(strays)} of {len(parts.placements)} ops would not run on {', '.join(chosen)}"
        )
    return 0


def _print_text(graph: Graph, parts: Partition, chosen: list[str]) -> None:
    from npucore.cli import placed, tables
    from npucore.cli.printable import printable, short

    rows = [
        (
            str(p.index),
            p.op,
            short(p.name),
            "; ".join("x".join(map(str, t.shape)) for t in op.outputs),
            p.backend,
            p.reason or "",
            p.evidence or "",
        )
        for op, p in zip(graph.ops, parts.placements, strict=True)
    ]
    tables.print_table(("#>", "op", "name", "output", "backend", "reason", "evidence"), rows)
    runs = len(parts.runs)
    summary = placed.sentence(parts.placements, chosen)
    print(printable(f"{summary}; {runs} {'run' if runs == 1 else 'runs'}"))


def _print_json(model: str, parts: Partition, chosen: list[str]) -> None:
    from dataclasses import asdict

    from npucore import reports
    from npucore.cli import placed

    summary = reports.ExplainSummary(
        ops=len(parts.placements),
        by_backend=placed.counts(parts.placements, chosen),
        fallbacks=len(placed.fallbacks(parts.placements, chosen)),
        runs=len(parts.runs),
    )
    report = reports.ExplainReport(
        model=model,
        backend=",".join(chosen),
        ops=[reports.PlacementReport(**asdict(placement)) for placement in parts.placements],
        summary=summary,
    )
    print(report.json_text())

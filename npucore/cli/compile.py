# SPDX-License-Identifier: MIT
"""``npucore compile``: a model for certain backends, as a file that is run without more ado."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports
    from npucore.files.artifact import Artifact, StoredRun

SUMMARY = "Compile a network into a file that `run` takes instead of the model"
EXAMPLES = """\
examples:
  npucore compile mobilenet.tflite --backend rocket -o mobilenet.npu
  npucore compile model.tflite --fallback none -o model.npu --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``compile`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
    parser.add_argument(
        "-o", "--output", metavar="X.npu", required=True, help="the artefact to write"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Compile, write, print."""
    from pathlib import Path

    from npucore.cli import placed, tables
    from npucore.cli.progress import working
    from npucore.errors import InputError
    from npucore.files.atomic import check_writable
    from npucore.running.compilation import compile
    from npucore.running.loading import load

    check_writable(args.output)
    graph = load(args.model, args.frontend, selection.shapes(args), args.signature)
    if (output := Path(args.output)).exists() and output.samefile(args.model):
        raise InputError(f"{args.output} is the model itself")
    settings, options = selection.settings(args), selection.options(args)
    with working(f"{args.model} is compiled"):
        artifact = compile(graph, args.backend, **settings, **options)
    size_bytes = artifact.write(args.output)
    if args.json:
        print(_report(args.model, args.output, artifact, size_bytes).json_text())
        return 0
    for index, run in enumerate(artifact.runs):
        form = "as a graph" if _is_graph(run) else "compiled"
        ops = f"{len(run.ops)} {'op' if len(run.ops) == 1 else 'ops'}"
        tables.print_text(f"run {index}: {ops} for {_name(run)}, {form}")
    tables.print_text(placed.sentence(artifact.placements, artifact.chosen))
    tables.print_text(f"{args.output}: {size_bytes:,} bytes")
    return 0


def _is_graph(run: StoredRun) -> bool:
    from npucore.graph import Graph

    return isinstance(run.content, Graph)


def _name(run: StoredRun) -> str:
    return run.backend if run.target is None else f"{run.backend}:{run.target}"


def _report(model: str, output: str, artifact: Artifact, size_bytes: int) -> reports.CompileReport:
    from npucore.cli import placed
    from npucore.cli.reports import base as reports
    from npucore.running.work import counts

    return reports.CompileReport(
        model=model,
        backend=",".join(artifact.chosen),
        output=output,
        size_bytes=size_bytes,
        runs=[
            reports.StoredRunReport(
                backend=run.backend,
                target=run.target,
                ops=list(run.ops),
                exported=not _is_graph(run),
            )
            for run in artifact.runs
        ],
        placed=counts(artifact.placements, artifact.chosen),
        fallbacks=placed.fallback_reports(artifact.placements, artifact.chosen),
    )

# SPDX-License-Identifier: MIT
"""``npucore explain``: where every op would run, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports
    from npucore.running.advice import Advice
    from npucore.running.causes import Cause
    from npucore.running.explanation import Explanation
    from npucore.running.ranges import Range

SUMMARY = "Say where every op of a network would run, and why"
EXAMPLES = """\
examples:
  npucore explain mobilenet.tflite --backend rocket
  npucore explain mobilenet.tflite --backend rocket --board
  npucore explain mobilenet.tflite --backend rocket --ops
  npucore explain face.onnx --backend rocket --option floats=fp16 \\
      --calibrate photos/
  npucore explain model.tflite --backend vsim:a311d --strict --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``explain`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    selection.add_arguments(parser)
    parser.add_argument(
        "--board", action="store_true", help="as on a board, at what a board trusts by default"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--ops", action="store_true", help="show the ops, folded where they repeat, and all reasons"
    )
    shown.add_argument("--all", action="store_true", help="show every op in full, unfolded")
    parser.add_argument(
        "--calibrate",
        metavar="FOLDER",
        help="photos or arrays: say which numbers of the network fp16 has not",
    )
    parser.add_argument(
        "--html",
        metavar="OUT.html",
        help="write a page with the network drawn, each op's reason on it",
    )
    parser.add_argument(
        "--model-explorer",
        metavar="OUT.json",
        help="write node data for Google's Model Explorer: the backend of each op",
    )
    shown.add_argument("--json", action="store_true", help="print one JSON document instead")


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
    _write_files(done, args.model, args.html, args.model_explorer)
    found = None if args.calibrate is None else _ranges(done, args.calibrate)
    if args.json:
        print(_report(args.model, done, found).json_text())
    else:
        _print(done, args.model, found, every=args.all, ops=args.ops)
    if args.strict and (strays := done.fallbacks):
        raise FallbackError(
            f"{len(strays)} of {len(done.placements)} ops would not run on {', '.join(done.chosen)}"
        )
    return 0


def _print(
    done: Explanation, model: str, found: tuple[Range, ...] | None, *, every: bool, ops: bool
) -> None:
    from npucore.cli import explained, op_table

    if every:
        op_table.print_every(done.placements, done.graph)
    elif ops:
        op_table.print_folded(done)
    else:
        explained.print_summary(done, model)
    if found is not None:
        explained.print_ranges(found)


def _ranges(done: Explanation, folder: str) -> tuple[Range, ...]:
    """Of the network fed with what is in *folder*."""
    from npucore.errors import InputError
    from npucore.running.ranges import ranges
    from npucore.vision.calibration import read_samples

    if done.graph is None:
        raise InputError("--calibrate wants a model: an artefact holds no network any more")
    return ranges(done.graph, read_samples(folder, done.graph).arrays)


def _write_files(done: Explanation, model: str, html: str | None, nodes: str | None) -> None:
    """Each completely or not at all. Raises `InputError` where nothing can be written."""
    from npucore.cli import model_explorer
    from npucore.cli.graph_page.page import page
    from npucore.files.atomic import replacing

    for path, content in ((html, page), (nodes, model_explorer.node_data)):
        if path:
            data = content(done, model)
            with replacing(path) as file:
                file.write(data)


def _placement(fields: dict[str, Any]) -> reports.PlacementReport:
    from npucore.cli.reports import base as reports

    if fields["note"] is None:
        del fields["note"]
        return reports.PlacementReport(**fields)
    return reports.ChangedReport(**fields)


def _cause(cause: Cause) -> reports.CauseReport:
    from npucore.cli.reports import base as reports

    return reports.CauseReport(
        reason=cause.reason,
        alike=cause.alike,
        kinds=list(cause.kinds),
        ops=list(cause.ops),
        macs=cause.macs,
        cpu_ms=None if cause.seconds is None else cause.seconds * 1e3,
    )


def _advice(advice: Advice, done: Explanation, model: str) -> reports.AdviceReport:
    from npucore.cli import explained
    from npucore.cli.reports import base as reports

    return reports.AdviceReport(
        step=advice.step,
        value=advice.value,
        ops=advice.ops,
        macs=advice.macs,
        cpu_ms=advice.seconds * 1e3,
        fps=advice.fps,
        text=explained.said(advice, done, model),
    )


def _report(
    model: str, done: Explanation, found: tuple[Range, ...] | None
) -> reports.ExplainReport:
    from dataclasses import asdict

    from npucore.cli import boards, placed
    from npucore.cli.reports import base as reports

    summary = reports.ExplainSummary(
        ops=len(done.placements),
        by_backend=done.ops,
        macs=done.macs,
        work=placed.work_reports(done.works),
        fallbacks=len(done.fallbacks),
        runs=done.runs,
        modelled=None if done.time is None else boards.time_report(done.time),
        board=boards.report(done.speeds, done.trusts, done.core) if done.time else None,
        causes=[_cause(cause) for cause in done.causes],
        advice=[_advice(advice, done, model) for advice in done.advice],
    )
    return reports.ExplainReport(
        model=model,
        backend=",".join(done.chosen),
        ops=[_placement(asdict(placement)) for placement in done.placements],
        summary=summary,
        ranges=None
        if found is None
        else [
            reports.RangeReport(
                name=r.name, most=r.most, small=r.small, beyond=r.beyond, faint=r.faint
            )
            for r in found
        ],
    )

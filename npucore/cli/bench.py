# SPDX-License-Identifier: MIT
"""``npucore bench``: how fast, op by op, and what a model of the hardware expects."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from npucore.cli import feeding, selection
from npucore.cli.run import count

if TYPE_CHECKING:
    from npucore.graph import Graph

SUMMARY = "Measure latency and throughput; without a board, model the board"
EXAMPLES = """\
examples:
  npucore bench mobilenet.tflite
  npucore bench mobiledet.tflite --backend rocket --streams 4 --trace t.json
  npucore bench mobilenet.npu --json
  npucore bench mobilenet.tflite --each
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``bench`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    parser.add_argument(
        "--input",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="an image, .npy or .npz to measure with, instead of noise; once for every input",
    )
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
    parser.add_argument("--runs", metavar="N", type=count, default=20, help="inferences (20)")
    parser.add_argument(
        "--streams", metavar="N", type=count, default=1, help="inferences under way at once (1)"
    )
    parser.add_argument(
        "--cores",
        metavar="N",
        type=count,
        help="cores of the NPU to use (modelled: all by default; on a board: 1)",
    )
    parser.add_argument(
        "--clock", metavar="HZ", help="of the NPU in the model (rocket: 2e8, mainline's)"
    )
    _add_outputs(parser)
    feeding.add_head(parser)
    feeding.add_arguments(parser)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ops", action="store_true", help="show every op, in order")
    parser.add_argument(
        "--each", action="store_true", help="every installed backend, or each that is named"
    )
    parser.add_argument(
        "--trace", metavar="OUT.json", help="write what happened when, for ui.perfetto.dev"
    )
    parser.add_argument(
        "--plot",
        metavar="OUT.svg|png",
        help="draw the time of each op and how far it is from what a core can do",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Place, compile, measure or model, print."""
    from npucore.cli import inputs, plot, timing
    from npucore.errors import InputError
    from npucore.files.artifact import Artifact
    from npucore.files.atomic import check_writable
    from npucore.running.benchmark import benchmark

    network = selection.network(args)
    if isinstance(network, Artifact):
        selection.refuse(args, "cores", "clock", "each")
    if args.each and (args.trace or args.plot):
        raise InputError("--each compares figures: leave --trace and --plot out")
    for path in filter(None, (args.trace, args.plot)):
        check_writable(path)
    if args.plot:
        plot.check(args.plot)
    given = inputs.read(network, args) if args.input else None
    arrays = None if given is None else given.arrays
    settings: dict[str, Any] = {"runs": args.runs, "streams": args.streams, "inputs": arrays}
    options: dict[str, Any] = {}
    if not isinstance(network, Artifact):
        settings |= selection.settings(args)
        options = selection.options(args, cores=args.cores, clock=args.clock)
        if args.each:
            return _each(network, args.model, args.backend, options, settings, args.json)
    done = benchmark(network, args.backend, **settings, **options)
    if args.trace:
        done.write_trace(args.trace)
    if args.plot:
        plot.write(done, args.model, args.plot)
    fed = [] if given is None else given.told
    if args.json:
        print(timing.report(done, args.model, args.runs, fed).json_text())
    else:
        timing.print_text(done, fed, args.ops)
    return 0


def _each(
    graph: Graph,
    model: str,
    names: list[str] | None,
    options: dict[str, Any],
    settings: dict[str, Any],
    as_json: bool,
) -> int:
    from npucore.cli import bench_each
    from npucore.running.each import benchmark_each

    results = dict(benchmark_each(graph, names, options, **settings))
    if as_json:
        print(bench_each.report(results, model, settings["streams"]).json_text())
    else:
        bench_each.print_text(results)
    return 0

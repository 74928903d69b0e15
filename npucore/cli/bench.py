# SPDX-License-Identifier: MIT
"""``npucore bench``: how fast, op by op, and what a model of the hardware expects."""

from __future__ import annotations

import argparse

from npucore.cli import feeding, selection
from npucore.cli.run import count

SUMMARY = "Measure latency and throughput, beside what the backend expects of each op"
EXAMPLES = """\
examples:
  npucore bench mobilenet.tflite --backend rocket
  npucore bench mobiledet.tflite --backend rocket --streams 4 --cores 3 --clock 1e9 --trace t.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``bench`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
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
    parser.add_argument("--cores", metavar="N", type=count, help="cores of the NPU to use")
    parser.add_argument("--clock", metavar="HZ", help="of the NPU, for what is expected")
    parser.add_argument(
        "--trace", metavar="OUT.json", help="write what happened when, for ui.perfetto.dev"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    feeding.add_head(parser)
    feeding.add_arguments(parser)


def execute(args: argparse.Namespace) -> int:
    """Place, compile, measure, print."""
    from npucore.cli import benchmark

    for name in ("cores", "clock"):
        if (value := vars(args)[name]) is not None:
            args.option = [*args.option, f"{name}={value}"]
    done = benchmark.run(args)
    if args.trace:
        benchmark.write_trace(args.trace, done.timing.spans)
    if args.json:
        print(benchmark.report(done, args).json_text())
    else:
        benchmark.print_text(done, args)
    return 0

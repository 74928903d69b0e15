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
  npucore bench mobiledet.tflite --streams 4 --cores 3 --trace t.json
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
    from npucore.cli import inputs, timing
    from npucore.errors import InputError
    from npucore.files.artifact import Artifact
    from npucore.files.atomic import check_writable
    from npucore.running.benchmark import benchmark

    network = selection.network(args)
    if isinstance(network, Artifact):
        raise InputError(f"{args.model}: bench wants a model, not a compiled artefact")
    if args.trace:
        check_writable(args.trace)
    given = inputs.read(network, args) if args.input else None
    done = benchmark(
        network,
        args.backend,
        runs=args.runs,
        streams=args.streams,
        inputs=None if given is None else given.arrays,
        **selection.settings(args),
        **selection.options(args, cores=args.cores, clock=args.clock),
    )
    if args.trace:
        done.write_trace(args.trace)
    fed = [] if given is None else given.told
    if args.json:
        print(timing.report(done, args.model, args.runs, fed).json_text())
    else:
        timing.print_text(done, fed)
    return 0

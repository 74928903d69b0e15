# SPDX-License-Identifier: MIT
"""``npucore exec``: a program that was written for another runtime, unchanged."""

from __future__ import annotations

import argparse

from npucore.cli import selection

SUMMARY = "Run a Python program with npucore in the place of other runtimes"
EXAMPLES = """\
examples:
  npucore exec classify.py --model mobilenet.tflite --image cat.jpg
  npucore exec --backend rocket --strict detect.py --camera 0

It gets npucore.litert where it imports tflite_runtime, ai_edge_litert or
tensorflow.lite, npucore.ort where it imports onnxruntime, npucore's
backend where it calls torch.compile; ExecuTorch knows npucore's delegates,
and ultralytics opens artefacts. Its exit status is the command's; 3 if
--strict has ended it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``exec`` understands."""
    selection.add_backend(parser, "default: NPUCORE_BACKEND, then the best available")
    parser.add_argument(
        "--strict", action="store_true", help="refuse networks that would use the fallback"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="name every op that goes to the fallback, and why"
    )
    parser.add_argument(
        "--placement", choices=("cost", "greedy"), help="as of `npucore run` (default: cost)"
    )
    selection.add_option(parser)
    selection.add_trust(parser)
    selection.add_memory(parser)
    parser.add_argument("program", metavar="PROGRAM", help="a file of Python")
    parser.add_argument(
        "arguments", metavar="...", nargs=argparse.REMAINDER, help="the program's own arguments"
    )


def execute(args: argparse.Namespace) -> int:
    """Hand signals back to Python, as the program expects them, and run it."""
    import signal

    from npucore.programs import run_program

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return run_program(
        args.program,
        args.arguments,
        backend=args.backend,
        strict=args.strict,
        verbose=args.verbose,
        placement=args.placement,
        memory=args.memory,
        **selection.options(args),
    )

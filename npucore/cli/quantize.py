# SPDX-License-Identifier: MIT
"""``npucore quantize``: a float network with 8-bit integers, and what that costs."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from npucore.cli import feeding, selection

if TYPE_CHECKING:
    from npucore.cli.reports.quantize import QuantizeReport
    from npucore.vision.quantization import Quantized

SUMMARY = "Quantize a float network from photos, and report the error layer by layer"
EXAMPLES = """\
examples:
  npucore quantize model.onnx --calibrate photos/ -o out.onnx --backend rocket
  npucore quantize model.onnx --calibrate data/ --shape x=1,3,48,192 -o out.onnx
"""
WORST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``quantize`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a float model file")
    parser.add_argument(
        "--calibrate",
        metavar="FOLDER",
        required=True,
        help="images, sounds, .npy or .npz like those that the network will see, in folders or "
        "not; or a text file that lists them",
    )
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the model to write")
    selection.add_backend(parser)
    selection.add_shape(parser)
    scales = parser.add_mutually_exclusive_group()
    scales.add_argument("--per-channel", dest="per_channel", action="store_true", default=None)
    scales.add_argument("--per-tensor", dest="per_channel", action="store_false", default=None)
    parser.add_argument(
        "--symmetric", action="store_true", default=None, help="int8 activations, zero point 0"
    )
    parser.add_argument(
        "--samples",
        metavar="N",
        type=int,
        default=100,
        help="files to use, spread evenly over all (default: 100)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    feeding.add_head(parser)
    feeding.add_arguments(parser)


def execute(args: argparse.Namespace) -> int:
    """Calibrate, quantize, write, compare, print."""
    from pathlib import Path

    from npucore.cli.progress import working
    from npucore.errors import InputError
    from npucore.files.atomic import check_writable
    from npucore.vision.quantization import quantize_model

    check_writable(args.output)
    model, output, shapes = Path(args.model), Path(args.output), selection.shapes(args)
    if output.exists() and model.exists() and output.samefile(model):
        raise InputError(f"{args.output} is the model itself")
    with working(f"{args.model} is quantized"):
        done = quantize_model(
            model,
            args.calibrate,
            args.backend,
            per_channel=args.per_channel,
            symmetric=args.symmetric,
            samples=args.samples,
            shapes=shapes,
            feeding=feeding.options(args),
            head=args.head,
            task=args.task,
        )
    done.write(output)
    if args.json:
        print(_report(args.model, args.output, done).json_text())
    else:
        _print_text(args.output, done)
    return 0


def _convolutions(done: Quantized) -> tuple[int, int]:
    """(all, those on a chosen backend)."""
    mine = [p for p in done.placements if p.op == "convolution"]
    return len(mine), sum(p.backend in done.chosen for p in mine)


def _print_text(output: str, done: Quantized) -> None:
    from npucore.cli import placed, tables
    from npucore.cli.printable import printable, short

    print(printable(f"{output}: {len(done.data):,} bytes, {done.scheme}"))
    if done.samples.fed is not None:
        print(f"fed: {done.samples.fed}")
    if done.samples.note:
        print(printable(done.samples.note))
    count = len(done.samples.arrays)
    if done.agreement is not None:
        print(f"{done.agreement:.1%} of {count} samples keep their class")
    print(f"\nerror against the float network, worst of {len(done.layers)} layers first:")
    rows = [
        [e.op, short(e.name), f"{e.total:.2%}", "" if e.added is None else f"{e.added:.2%}"]
        for e in done.layers[:WORST]
    ]
    tables.print_table(["op", "name", "total>", "added by it>"], rows)
    every, there = _convolutions(done)
    print(f"\n{there} of {every} convolutions on {', '.join(done.chosen)}")
    print(printable(placed.sentence(done.placements, done.chosen)))


def _report(model: str, output: str, done: Quantized) -> QuantizeReport:
    from npucore.cli.reports.quantize import LayerErrorReport, QuantizeReport, SchemeReport

    every, there = _convolutions(done)
    return QuantizeReport(
        model=model,
        output=output,
        size_bytes=len(done.data),
        scheme=SchemeReport(**asdict(done.scheme)),
        samples=len(done.samples.arrays),
        fed=done.samples.fed,
        skipped=list(done.samples.skipped),
        agreement=done.agreement,
        layers=[LayerErrorReport(**asdict(layer)) for layer in done.layers],
        backend=",".join(done.chosen),
        placed=done.ops,
        convolutions=every,
        convolutions_placed=there,
    )

# SPDX-License-Identifier: MIT
"""``npucore convert``: a network in another format."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports.convert import ConvertReport
    from npucore.running.conversion import Converted

SUMMARY = "Write a network in another format: .tflite or .onnx"
EXAMPLES = """\
examples:
  npucore convert mobilenet.tflite -o mobilenet.onnx
  npucore convert model.onnx --shape x=1,3,48,192 -o model.tflite --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``convert`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="X.tflite or X.onnx, to be written"
    )
    parser.add_argument(
        "--frontend", metavar="NAME", help="reader of the model (default: told by its content)"
    )
    selection.add_shape(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Read, write, print."""
    from pathlib import Path

    from npucore.cli.printable import printable
    from npucore.errors import InputError
    from npucore.files.atomic import check_writable
    from npucore.running.conversion import convert, format_of
    from npucore.running.loading import load

    check_writable(args.output)
    format = format_of(args.output)
    graph = load(args.model, args.frontend, selection.shapes(args), args.signature)
    if (output := Path(args.output)).exists() and output.samefile(args.model):
        raise InputError(f"{args.output} is the model itself")
    done = convert(graph, format)
    done.write(args.output)
    report = _report(args.model, args.output, done)
    print(report.json_text() if args.json else printable(_sentence(report)))
    return 0


def _sentence(report: ConvertReport) -> str:
    text = f"{report.output}: {report.size_bytes:,} bytes, {report.ops} ops as {report.format}"
    if report.rounding == report.read_with:
        return text
    return f"{text}; read again, its rounding rule is {report.read_with}, not {report.rounding}"


def _report(model: str, output: str, done: Converted) -> ConvertReport:
    from npucore.cli.reports.convert import ConvertReport
    from npucore.running.fallback import is_quantized

    quantized = is_quantized(done.graph)
    return ConvertReport(
        model=model,
        output=output,
        format=done.format,
        size_bytes=len(done.data),
        ops=len(done.graph.ops),
        rounding=str(done.graph.rounding) if quantized else None,
        read_with=str(done.rounding) if quantized else None,
    )

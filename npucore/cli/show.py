# SPDX-License-Identifier: MIT
"""``npucore show``: what a model consists of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports import model as model_reports
    from npucore.ops import Op
    from npucore.running.summary import Summary
    from npucore.tensor import Tensor

SUMMARY = "Show the inputs, outputs and ops of a model"
EXAMPLES = """\
examples:
  npucore show mobilenet.tflite
  npucore show mobilenet.tflite --backend rocket
  npucore show mobilenet.tflite --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``show`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument(
        "--frontend", metavar="NAME", help="reader of the model (default: told by its content)"
    )
    selection.add_shape(parser)
    selection.add_backend(parser, "to say how much of the work they take")
    selection.add_option(parser)
    selection.add_trust(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Print the model; a backend is asked only if one is named."""
    from npucore.running.loading import load
    from npucore.running.summary import summarize

    shapes = selection.shapes(args)
    graph = load(args.model, args.frontend, shapes, args.signature, unread=True)
    for note in graph.notes:
        selection.note(note)
    options = selection.options(args) if args.backend else {}
    done = summarize(graph, args.backend, **options)
    if args.json:
        print(_report(args.model, done).json_text())
    else:
        _print_text(done)
    return 0


def _print_text(done: Summary) -> None:
    from npucore.cli import placed, tables
    from npucore.running.footprint import mebibytes

    graph = done.graph
    ends = [("input", t) for t in graph.inputs] + [("output", t) for t in graph.outputs]
    for end, tensor in ends:
        tables.print_text(f"{end:<7} {tensor.name}  {tensor.dtype} {tensor.shape}{_scale(tensor)}")
    print()
    columns = ("#>", "op", "name", "input", "output", "attributes", "constants>", "MACs>")
    tables.print_table(columns, [_row(index, op) for index, op in enumerate(graph.ops)])
    print()
    tables.print_text(", ".join(f"{n} {name}" for name, n in done.ops.items()) or "no ops")
    parameters = f"{done.parameters_bytes:,} bytes of parameters"
    print(f"{len(graph.ops)} ops, {done.macs:,} MACs, {parameters}")
    kept, peak = map(mebibytes, (done.memory.prepared_bytes, done.memory.peak_bytes))
    where = done.memory.peak_op
    tables.print_text(f"memory at run time: {kept} of constants, {peak} of values at {where}")
    for line in placed.lines(done.works):
        tables.print_text(line)


def _row(index: int, op: Op) -> tuple[str, ...]:
    from npucore.cli.printable import short
    from npucore.ops.macs import macs
    from npucore.running import census

    constant = sum(tensor.size_bytes for tensor in op.inputs if tensor.is_constant)
    work = macs(op)
    return (
        str(index),
        op.name,
        short(op.label),
        _shapes([tensor for tensor in op.inputs if not tensor.is_constant]),
        _shapes(op.outputs),
        " ".join(f"{name}={text}" for name, text in census.settings(op).items()),
        f"{constant:,}" if constant else "",
        "" if work is None else f"{work:,}",
    )


def _shapes(tensors: list[Tensor] | tuple[Tensor, ...]) -> str:
    return "; ".join(f"{t.dtype} {'x'.join(map(str, t.shape)) or 'scalar'}" for t in tensors)


def _scale(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return ""
    if tensor.q.axis is not None:
        return f"  {tensor.q.scale.size} scales along axis {tensor.q.axis}"
    return f"  scale {float(tensor.q.scale):.9g}, zero point {int(tensor.q.zero_point)}"


def _report(model: str, done: Summary) -> model_reports.ShowReport:
    from npucore.cli import placed
    from npucore.cli.reports import model as model_reports
    from npucore.ops.macs import macs
    from npucore.running import census

    graph = done.graph
    return model_reports.ShowReport(
        model=model,
        inputs=[_operand(tensor) for tensor in graph.inputs],
        outputs=[_operand(tensor) for tensor in graph.outputs],
        ops=[
            model_reports.OpReport(
                index=index,
                op=op.name,
                name=op.label,
                inputs=[_operand(tensor) for tensor in op.inputs],
                outputs=[_operand(tensor) for tensor in op.outputs],
                attributes=census.attributes(op),
                macs=macs(op),
            )
            for index, op in enumerate(graph.ops)
        ],
        totals=model_reports.TotalsReport(
            ops=done.ops,
            macs=done.macs,
            parameters_bytes=done.parameters_bytes,
            memory_bytes=done.memory.total_bytes,
        ),
        work=placed.work_reports(done.works),
    )


def _operand(tensor: Tensor) -> model_reports.OperandReport:
    from npucore.cli.reports import model as model_reports

    quantization = None
    if (q := tensor.quantization) is not None:
        quantization = model_reports.QuantizationReport(
            scale=q.scale.ravel().tolist(), zero_point=q.zero_point.ravel().tolist(), axis=q.axis
        )
    return model_reports.OperandReport(
        name=tensor.name,
        shape=tensor.shape,
        dtype=str(tensor.dtype),
        quantization=quantization,
        constant_bytes=tensor.size_bytes if tensor.is_constant else None,
    )

# SPDX-License-Identifier: MIT
"""``npucore show``: what a model consists of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.cli.reports import model as model_reports
    from npucore.graph import Graph
    from npucore.ops import Op
    from npucore.running.work import Work
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
    from npucore.running.session import load

    shapes = selection.shapes(args)
    graph = load(args.model, args.frontend, shapes, args.signature, unread=True)
    selection.noted(graph)
    works = _works(graph, args) if args.backend else []
    if args.json:
        print(_report(args.model, graph, works).json_text())
    else:
        _print_text(graph, works)
    return 0


def _works(graph: Graph, args: argparse.Namespace) -> list[Work]:
    """The work that the named backends take."""
    from npucore.cli import placed
    from npucore.running.partition import Unplaced, partition
    from npucore.running.session import open_all

    chosen, every = open_all(args.backend, **selection.options(args))
    every = [*every, Unplaced()]
    return placed.works(graph, partition(graph, every).placements, chosen, every)


def _print_text(graph: Graph, works: list[Work]) -> None:
    from npucore.cli import census, placed, tables
    from npucore.cli.printable import printable
    from npucore.ops.macs import macs
    from npucore.running import footprint

    ends = [("input", t) for t in graph.inputs] + [("output", t) for t in graph.outputs]
    for end, tensor in ends:
        print(printable(f"{end:<7} {tensor.name}  {tensor.dtype} {tensor.shape}{_scale(tensor)}"))
    print()
    columns = ("#>", "op", "name", "input", "output", "attributes", "constants>", "MACs>")
    tables.print_table(columns, [_row(index, op) for index, op in enumerate(graph.ops)])
    print()
    print(", ".join(f"{count} {name}" for name, count in census.kinds(graph).items()) or "no ops")
    total = sum(macs(op) or 0 for op in graph.ops)
    parameters = sum(tensor.size_bytes for tensor in census.constants(graph))
    print(f"{len(graph.ops)} ops, {total:,} MACs, {parameters:,} bytes of parameters")
    plan = footprint.footprint(graph)
    kept, peak = map(footprint.mebibytes, (plan.prepared_bytes, plan.peak_bytes))
    print(printable(f"memory at run time: {kept} of constants, {peak} of values at {plan.peak_op}"))
    for line in placed.lines(works):
        print(line)


def _row(index: int, op: Op) -> tuple[str, ...]:
    from npucore.cli import census
    from npucore.cli.printable import short
    from npucore.ops.macs import macs

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


def _report(model: str, graph: Graph, works: list[Work]) -> model_reports.ShowReport:
    from npucore.cli import census, placed
    from npucore.cli.reports import model as model_reports
    from npucore.ops.macs import macs
    from npucore.running import footprint

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
            ops=census.kinds(graph),
            macs=sum(macs(op) or 0 for op in graph.ops),
            parameters_bytes=sum(tensor.size_bytes for tensor in census.constants(graph)),
            memory_bytes=footprint.footprint(graph).total_bytes,
        ),
        work=placed.work_reports(works),
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

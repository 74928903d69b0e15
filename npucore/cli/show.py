# SPDX-License-Identifier: MIT
"""``npucore show``: what a model consists of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore import reports
    from npucore.graph import Graph
    from npucore.ops import Op
    from npucore.tensor import Tensor

SUMMARY = "Show the inputs, outputs and ops of a model"
EXAMPLES = """\
examples:
  npucore show mobilenet.tflite
  npucore show mobilenet.tflite --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``show`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument(
        "--frontend", metavar="NAME", help="reader of the model (default: told by its content)"
    )
    selection.add_shape(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Print the model; no backend is asked."""
    from npucore.session import load

    shapes = selection.shapes(args)
    graph = load(args.model, args.frontend, shapes, args.signature, unread=True)
    selection.noted(graph)
    if args.json:
        print(_report(args.model, graph).json_text())
    else:
        _print_text(graph)
    return 0


def _print_text(graph: Graph) -> None:
    from npucore import footprint
    from npucore.cli import census, tables
    from npucore.cli.printable import printable

    ends = [("input", t) for t in graph.inputs] + [("output", t) for t in graph.outputs]
    for end, tensor in ends:
        print(printable(f"{end:<7} {tensor.name}  {tensor.dtype} {tensor.shape}{_scale(tensor)}"))
    print()
    columns = ("#>", "op", "name", "input", "output", "attributes", "constants>", "MACs>")
    tables.print_table(columns, [_row(index, op) for index, op in enumerate(graph.ops)])
    print()
    print(", ".join(f"{count} {name}" for name, count in census.kinds(graph).items()) or "no ops")
    total = sum(census.macs(op) or 0 for op in graph.ops)
    parameters = sum(tensor.size_bytes for tensor in census.constants(graph))
    print(f"{len(graph.ops)} ops, {total:,} MACs, {parameters:,} bytes of parameters")
    plan = footprint.footprint(graph)
    kept, peak = map(footprint.mebibytes, (plan.prepared_bytes, plan.peak_bytes))
    print(printable(f"memory at run time: {kept} of constants, {peak} of values at {plan.peak_op}"))


def _row(index: int, op: Op) -> tuple[str, ...]:
    from npucore.cli import census
    from npucore.cli.printable import short

    constant = sum(tensor.size_bytes for tensor in op.inputs if tensor.is_constant)
    macs = census.macs(op)
    return (
        str(index),
        op.name,
        short(op.label),
        _shapes([tensor for tensor in op.inputs if not tensor.is_constant]),
        _shapes(op.outputs),
        " ".join(f"{name}={text}" for name, text in census.settings(op).items()),
        f"{constant:,}" if constant else "",
        "" if macs is None else f"{macs:,}",
    )


def _shapes(tensors: list[Tensor] | tuple[Tensor, ...]) -> str:
    return "; ".join(f"{t.dtype} {'x'.join(map(str, t.shape)) or 'scalar'}" for t in tensors)


def _scale(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return ""
    if tensor.q.axis is not None:
        return f"  {tensor.q.scale.size} scales along axis {tensor.q.axis}"
    return f"  scale {float(tensor.q.scale):.9g}, zero point {int(tensor.q.zero_point)}"


def _report(model: str, graph: Graph) -> reports.ShowReport:
    from npucore import footprint, reports
    from npucore.cli import census

    return reports.ShowReport(
        model=model,
        inputs=[_operand(tensor) for tensor in graph.inputs],
        outputs=[_operand(tensor) for tensor in graph.outputs],
        ops=[
            reports.OpReport(
                index=index,
                op=op.name,
                name=op.label,
                inputs=[_operand(tensor) for tensor in op.inputs],
                outputs=[_operand(tensor) for tensor in op.outputs],
                attributes=census.attributes(op),
                macs=census.macs(op),
            )
            for index, op in enumerate(graph.ops)
        ],
        totals=reports.TotalsReport(
            ops=census.kinds(graph),
            macs=sum(census.macs(op) or 0 for op in graph.ops),
            parameters_bytes=sum(tensor.size_bytes for tensor in census.constants(graph)),
            memory_bytes=footprint.footprint(graph).total_bytes,
        ),
    )


def _operand(tensor: Tensor) -> reports.OperandReport:
    from npucore import reports

    quantization = None
    if (q := tensor.quantization) is not None:
        quantization = reports.QuantizationReport(
            scale=q.scale.ravel().tolist(), zero_point=q.zero_point.ravel().tolist(), axis=q.axis
        )
    return reports.OperandReport(
        name=tensor.name,
        shape=tensor.shape,
        dtype=str(tensor.dtype),
        quantization=quantization,
        constant_bytes=tensor.size_bytes if tensor.is_constant else None,
    )

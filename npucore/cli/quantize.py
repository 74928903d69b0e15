# SPDX-License-Identifier: MIT
"""``npucore quantize``: a float network with 8-bit integers, and what that costs."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from npucore.cli import feeding, selection

if TYPE_CHECKING:
    from npucore.cli.calibration import Samples
    from npucore.cli.reports.quantize import QuantizeReport
    from npucore.contract.placement import Placement
    from npucore.contract.scheme import Scheme
    from npucore.graph import Graph
    from npucore.running.layer_error import LayerError
    from npucore.tensor import Array

SUMMARY = "Quantize a float network from photos, and report the error layer by layer"
EXAMPLES = """\
examples:
  npucore quantize model.onnx --calibrate photos/ -o model.int8.onnx --backend rocket
  npucore quantize model.onnx --calibrate samples/ --shape x=1,3,48,192 -o small.onnx --json
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


@dataclass(frozen=True, slots=True, eq=False)
class Quantized:
    """Everything that there is to say about it."""

    scheme: Scheme
    size_bytes: int
    samples: Samples
    agreement: float | None
    layers: list[LayerError]
    graph: Graph
    placements: tuple[Placement, ...]
    chosen: tuple[str, ...]


def execute(args: argparse.Namespace) -> int:
    """Calibrate, quantize, write, compare, print."""
    done = _quantize(args)
    if args.json:
        print(_report(args, done).json_text())
    else:
        _print_text(args, done)
    return 0


def _quantize(args: argparse.Namespace) -> Quantized:
    from pathlib import Path

    from npucore.cli.calibration import read_samples
    from npucore.errors import InputError
    from npucore.files.atomic import check_writable, replacing, scratch_folder
    from npucore.running.layer_error import layer_errors
    from npucore.running.loading import frontend_of, load
    from npucore.running.partition import partition
    from npucore.running.session import open_all

    check_writable(args.output)
    path, output, shapes = Path(args.model), Path(args.output), selection.shapes(args)
    frontend = frontend_of(path)()
    real = load(path, frontend.name, shapes)
    if output.exists() and output.samefile(path):
        raise InputError(f"{args.output} is the model itself")
    given = read_samples(args, real)
    samples = given.arrays
    wanted, backends = open_all(args.backend)
    scheme = _scheme(args, wanted[0].scheme)
    fixed = {tensor.name: tensor.shape for tensor in real.inputs}
    data = frontend.quantize(path, samples, scheme, fixed)
    with scratch_folder() as folder:
        (written := folder / output.name).write_bytes(data)
        graph = load(written, frontend.name)
    layers = layer_errors(real, graph, samples, frontend.original_name)
    parts = partition(graph, backends)
    agreement = _agreement(real, graph, samples)
    with replacing(output) as file:
        file.write(data)
    names = tuple(backend.name for backend in wanted)
    return Quantized(scheme, len(data), given, agreement, layers, graph, parts.placements, names)


def _scheme(args: argparse.Namespace, scheme: Scheme) -> Scheme:
    if args.per_channel is not None:
        scheme = replace(scheme, per_channel=args.per_channel)
    if args.symmetric is not None:
        scheme = replace(scheme, symmetric_activations=args.symmetric)
    return scheme


def _agreement(real: Graph, graph: Graph, samples: list[dict[str, Array]]) -> float | None:
    """The share of samples to which both networks give the same class."""
    from npucore.running.session import Session
    from npucore.vision.answer import interpret
    from npucore.vision.kinds import Classes

    same = 0
    with Session(real, "reference") as float_session, Session(graph, "reference") as session:
        for sample in samples:
            a = interpret(real, float_session.run(sample), top=1)
            b = interpret(graph, session.run(sample), top=1)
            if not isinstance(a, Classes) or not isinstance(b, Classes):
                return None
            same += a.classes[0].index == b.classes[0].index
    return same / len(samples)


def _convolutions(done: Quantized) -> tuple[int, int]:
    """(all, those on a chosen backend)."""
    mine = [p for p in done.placements if p.op == "convolution"]
    return len(mine), sum(p.backend in done.chosen for p in mine)


def _print_text(args: argparse.Namespace, done: Quantized) -> None:
    from npucore.cli import placed, tables
    from npucore.cli.printable import printable, short

    print(printable(f"{args.output}: {done.size_bytes:,} bytes, {done.scheme}"))
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


def _report(args: argparse.Namespace, done: Quantized) -> QuantizeReport:
    from npucore.cli import placed
    from npucore.cli.reports.quantize import LayerErrorReport, QuantizeReport, SchemeReport

    every, there = _convolutions(done)
    return QuantizeReport(
        model=args.model,
        output=args.output,
        size_bytes=done.size_bytes,
        scheme=SchemeReport(**asdict(done.scheme)),
        samples=len(done.samples.arrays),
        fed=done.samples.fed,
        skipped=list(done.samples.skipped),
        agreement=done.agreement,
        layers=[LayerErrorReport(**asdict(layer)) for layer in done.layers],
        backend=",".join(done.chosen),
        placed=placed.counts(done.placements, done.chosen),
        convolutions=every,
        convolutions_placed=there,
    )

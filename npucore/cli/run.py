# SPDX-License-Identifier: MIT
"""``npucore run``: a photo in, an answer out."""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from npucore.cli import feeding, selection

if TYPE_CHECKING:
    from npucore.vision.inference import Inference

SUMMARY = "Run a network on a photo or on arrays, and print its answer"
EXAMPLES = """\
examples:
  npucore run mobilenet.tflite --input cat.jpg --labels imagenet.txt
  npucore run yolov8n.tflite --input street.jpg --annotate boxes.png
  npucore run style.onnx --input photo.jpg --mean 0 --std 1 --annotate out.png
  npucore run net.tflite --input cat.jpg --backend rocket,vsim,reference --each
  npucore run model.tflite --input x.npy --strict --runs 20 --save out.npz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``run`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    parser.add_argument(
        "--input",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="an image, a .wav, .npy or .npz (arrays by name), - for one of them on stdin; once "
        "for every input; or a folder of photos, a video, camera[:N]",
    )
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
    selection.add_cache(parser)
    parser.add_argument(
        "--each", action="store_true", help="on every one of --backend by itself, side by side"
    )
    parser.add_argument("--runs", metavar="N", type=count, default=1, help="run N times")
    _add_answer_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def _add_answer_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--labels", metavar="FILE", help="names of the classes, in any usual form")
    parser.add_argument(
        "--top", metavar="K", type=count, default=5, help="classes to list (default: 5)"
    )
    parser.add_argument(
        "--threshold",
        metavar="S",
        type=float,
        help="the score from which an object counts (default: 0.5; 0.25 for a YOLO head)",
    )
    feeding.add_head(parser)
    parser.add_argument("--save", metavar="OUT.npz", help="write the outputs, by name")
    parser.add_argument(
        "--annotate", metavar="OUT.png", help="write the photo with the answer drawn on it"
    )
    feeding.add_arguments(parser)


def count(text: str) -> int:
    """A number of things, for argparse."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}, wanted a number from 1 on")
    return int(text)


def execute(args: argparse.Namespace) -> int:
    """Load, compile, run, write what was asked for, print."""
    from npucore.cli import inference, inputs, several, starting, tables
    from npucore.cli.progress import working
    from npucore.errors import InputError
    from npucore.vision.inference import run

    _check_destinations(args.save, args.annotate)
    reading, begun = feeding.reading(args, args.top), perf_counter()
    if (source := several.source(args.input)) is not None:
        if args.each or args.save or args.annotate:
            raise InputError(f"{source} has several answers; --each, --save, --annotate take one")
        several.run(
            starting.start(args), source, reading, feeding.options(args), args.model, args.json
        )
        return 0
    with inputs.from_stdin(args):
        starts = starting.starts(args) if args.each else [starting.start(args)]
        load_seconds, network = perf_counter() - begun, starts[0].network
        reading.check(network)
        given = inputs.read(network, args)
    if args.annotate and given.image is None:
        raise InputError("--annotate draws onto a photo, but no input is one")
    done = []
    for start in starts:
        with working(f"{args.model} is compiled and run"):
            one = run(start, given, reading=reading, runs=args.runs)
        done.append(replace(one, seconds=replace(one.seconds, load=load_seconds)))
    _write(done[0], args.save, args.annotate)
    if args.each:
        from npucore.cli import side_by_side

        side_by_side.show(args.model, args.backend, done, args.json)
    elif args.json:
        print(inference.report(done[0], args.model, args.annotate).json_text())
    else:
        for line in inference.text(done[0], args.annotate):
            tables.print_text(line)
    return 0


def _write(done: Inference, save: str | None, annotate: str | None) -> None:
    from npucore.cli import outputs

    if save:
        outputs.save(save, done.network.outputs, done.outputs)
    if annotate and done.inputs.image is not None:
        from npucore.vision import drawing

        image = drawing.annotate(done.inputs.image, done.answer, done.names.labels)
        drawing.save_image(image, annotate)


def _check_destinations(save: str | None, annotate: str | None) -> None:
    """Complain before the work rather than after it."""
    from npucore.cli import outputs

    outputs.check_path(save)
    if annotate:
        from npucore.files.atomic import check_writable
        from npucore.vision.drawing import image_format

        image_format(annotate)
        check_writable(annotate)

# SPDX-License-Identifier: MIT
"""``npucore run``: a photo in, an answer out."""

from __future__ import annotations

import argparse

from npucore.cli import feeding, selection

SUMMARY = "Run a network on a photo or on arrays, and print its answer"
EXAMPLES = """\
examples:
  npucore run mobilenet.tflite --input cat.jpg --labels imagenet.txt
  npucore run yolov8n.tflite --input street.jpg --annotate boxes.png
  npucore run style.onnx --input photo.jpg --mean 0 --std 1 --annotate painted.png
  npucore run mobilenet.tflite --input cat.jpg --backend rocket,vsim,reference --each
  npucore run model.tflite --input x.npy --backend rocket --strict --runs 20 --save out.npz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``run`` understands."""
    parser.add_argument("model", metavar="MODEL", help="a model file or an artefact")
    parser.add_argument(
        "--input",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="an image, a .wav, .npy or .npz (arrays by name); once for every input",
    )
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
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
    from npucore.cli import inference, outputs

    _check_destinations(args)
    if args.each:
        from npucore.cli import side_by_side

        return side_by_side.execute(args)
    done = inference.infer(args)
    if args.save:
        outputs.save(args.save, done.network.outputs, done.arrays)
    if args.annotate and done.given.image is not None:
        from npucore.vision.drawing import annotate, save_image

        save_image(annotate(done.given.image, done.answer, done.names.labels), args.annotate)
    if args.json:
        print(inference.report(done, args).json_text())
    else:
        print("\n".join(inference.text(done, args.annotate)))
    return 0


def _check_destinations(args: argparse.Namespace) -> None:
    """Complain before the work rather than after it."""
    from npucore.cli import outputs

    outputs.check_path(args.save)
    if args.annotate:
        from npucore.files.atomic import check_writable
        from npucore.vision.drawing import image_format

        image_format(args.annotate)
        check_writable(args.annotate)

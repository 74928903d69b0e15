# SPDX-License-Identifier: MIT
"""``npucore detect``: boxes around the things in images, videos and what a camera sees."""

from __future__ import annotations

import argparse

from npucore.cli import feeding, selection
from npucore.cli.run import count

SUMMARY = "Find things in images, a video or a camera, and draw boxes around them"
EXAMPLES = """\
examples:
  npucore detect photos/ --model mobiledet.tflite --labels coco.txt --out drawn/
  npucore detect street.mp4 --model yolov8n.tflite --cores 3 --streams 4
  npucore detect rtsp://cam/live --model yolov8n.tflite -o out.mp4 --frames 99
  npucore detect camera:0 --model mobiledet.tflite --frames 300
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``detect`` understands."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="an image, a folder of images, a video, camera[:N] or a URL (rtsp://...)",
    )
    parser.add_argument("--model", metavar="MODEL", required=True, help="a model or an artefact")
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
    selection.add_cache(parser)
    parser.add_argument("--cores", metavar="N", type=count, help="cores of the NPU to use")
    parser.add_argument(
        "--streams", metavar="N", type=count, default=1, help="inferences under way at once (1)"
    )
    parser.add_argument("--labels", metavar="FILE", help="names of the classes, in any usual form")
    parser.add_argument("--threshold", metavar="S", type=float, help="least score of an object")
    feeding.add_head(parser)
    parser.add_argument("--out", metavar="FOLDER", help="write every image there, with its boxes")
    parser.add_argument(
        "-o", "--video", metavar="OUT.mp4", help="write all of them as a video, with the boxes"
    )
    parser.add_argument("--frames", metavar="N", type=count, help="stop after so many")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    feeding.add_arguments(parser)


def execute(args: argparse.Namespace) -> int:
    """Go through all frames, draw, print."""
    from npucore.cli import detection, starting
    from npucore.errors import InputError
    from npucore.vision.detection import NoDetectorError, detect
    from npucore.vision.video import check_video

    if args.video:
        check_video(args.video)
    start = starting.start(args, cores=args.cores)
    if len(start.network.inputs) != 1:
        raise InputError(f"{args.model} has {len(start.network.inputs)} inputs, wanted one image")
    found = detect(
        start,
        args.source,
        reading=feeding.reading(args),
        feeding=feeding.options(args),
        streams=args.streams,
        frames=args.frames,
    )
    try:
        told = detection.tell(found, args.out, args.video, args.json)
    except NoDetectorError as error:
        what = f"it gives {error.kind}; if it is, say so by --head"
        raise InputError(f"{args.model} is no detector: {what}") from error
    if args.json:
        print(detection.report(found, told, args.model, args.source).json_text())
    else:
        detection.print_end(found, told)
    return 0

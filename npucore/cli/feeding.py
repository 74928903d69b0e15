# SPDX-License-Identifier: MIT
"""How photos are fed and outputs are read: the arguments that several commands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npucore.vision.feeding import Options
    from npucore.vision.reading import Reading

RESIZES = ("letterbox", "stretch", "crop")
LAYOUTS = ("nhwc", "nchw")
MOST_RATE = 1_000_000  # samples a second


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --mean, --std, --bgr, --resize, --layout and --rate."""
    group = parser.add_argument_group(
        "how a photo or a sound is fed",
        "without these as the model's file, its input's scale or its kind say",
    )
    group.add_argument(
        "--mean",
        metavar="M[,M,M]",
        type=numbers,
        help="the input is (pixel - M) / S, pixels from 0 to 255; one, or one for each channel",
    )
    group.add_argument("--std", metavar="S[,S,S]", type=numbers, help="see --mean")
    group.add_argument(
        "--bgr", action=argparse.BooleanOptionalAction, default=None, help="blue first"
    )
    group.add_argument(
        "--resize", choices=RESIZES, help="with borders, to the network's ratio, or the middle"
    )
    group.add_argument("--layout", choices=LAYOUTS, help="for a shape that could be both")
    group.add_argument(
        "--rate", metavar="N", type=_rate, help="samples of a sound in a second (16000)"
    )


def add_head(parser: argparse.ArgumentParser) -> None:
    """Add --task and --head."""
    parser.add_argument(
        "--task", metavar="TASK", help="what the network does: classify, detect, segment, pose ..."
    )
    parser.add_argument(
        "--head", metavar="NAME", help="the kind of its last layers: yolo8, yolo5-maps, ctc ..."
    )


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them, for argparse."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}, wanted M or M,M,M") from None


def _rate(text: str) -> int:
    """A number of samples, for argparse."""
    if not text.isdecimal() or not 0 < int(text) <= MOST_RATE:
        raise argparse.ArgumentTypeError(f"{text!r}, wanted a number from 1 to {MOST_RATE}")
    return int(text)


def options(args: argparse.Namespace) -> Options:
    """The options of how photos and sounds are fed, from the command line."""
    from npucore.vision.feeding import Options, Resize

    return Options(
        args.mean,
        args.std,
        args.bgr,
        None if args.resize is None else Resize(args.resize),
        args.layout,
        args.rate,
    )


def reading(args: argparse.Namespace, top: int = 1) -> Reading:
    """How outputs are read, from the command line; *top* classes are listed."""
    from npucore.vision.reading import Reading

    return Reading(args.labels, top, args.threshold, args.head, args.task)

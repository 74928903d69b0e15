# SPDX-License-Identifier: MIT
"""How a photo is fed to a network: what the user, the file, the scale or the kind says.

In this order, and the first that says anything decides: the user; the file's metadata; the scale
and zero point of a quantized input; the first layers of a float network, if they tell; the kind
of network; what is usual for files of its layout. From the first layers on it is an assumption,
and that of an integer input without a scale is one, too: the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from npucore.errors import InputError
from npucore.graph import Network
from npucore.metadata import Metadata
from npucore.tensor import Tensor
from npucore.vision.feeding import ranges, told
from npucore.vision.feeding.feed import BORDER, Feed, Frame, Resize, stores_pixels
from npucore.vision.feeding.first_layer import implied
from npucore.vision.feeding.ranges import Range

IMAGENET_CLASSES = (1000, 1001)  # of a file with channels last: from TensorFlow, mostly -1..1
LAYOUTS = ("nhwc", "nchw")


@dataclass(frozen=True, slots=True)
class Options:
    """The user's options of feeding; None for those that the network decides.

    *mean* and *std* are one number, or one for each channel in the network's order, in units of
    pixels (0 to 255): the input is ``(pixel - mean) / std``; one alone has 0 or 1 beside it.
    *rate* is how many samples of a sound there are in a second.
    """

    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    bgr: bool | None = None
    resize: Resize | None = None
    layout: str | None = None
    rate: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """The usual feeding of a kind of network; *range* None where kinds differ."""

    range: Range | None = None
    bgr: bool = False
    resize: Resize = Resize.STRETCH
    top_left: bool = False
    border: int = BORDER


WIDE = 16.0  # of a range: then it is one of bytes, whatever its mean

NO_OPTIONS, NO_HINT = Options(), Hint()


def choose(
    network: Network, tensor: Tensor, options: Options = NO_OPTIONS, hint: Hint = NO_HINT
) -> Feed:
    """How a photo becomes *tensor*, an input of *network*; *hint* is of the network's kind.

    Raises `InputError` for a tensor that takes no image, and for options that do not fit.
    """
    if options.layout not in (None, *LAYOUTS):
        raise InputError(f"layout {options.layout!r}, wanted {' or '.join(LAYOUTS)}")
    frame = Frame.of(tensor, options.layout)
    wanted = _by_user(options, frame.channels)
    range_, assumed = (wanted, False) if wanted else _by_network(network, tensor, frame, hint)
    _check_storable(tensor, range_)
    return Feed(
        tensor,
        frame,
        range_,
        as_stored=stores_pixels(tensor, range_),
        bgr=frame.channels == 3 and _is_bgr(network.metadata, options, hint),
        resize=options.resize or _resize(network.metadata, hint),
        top_left=hint.top_left,
        border=hint.border,
        assumed=assumed,
    )


def _by_user(options: Options, channels: int) -> Range | None:
    if options.mean is None and options.std is None:
        return None
    mean, std = options.mean or (0.0,), options.std or (1.0,)
    for name, values in (("mean", mean), ("standard deviation", std)):
        if len(values) not in (1, channels):
            raise InputError(f"a {name} of {len(values)} numbers, wanted 1 or {channels}")
        if not np.isfinite(values).all():
            raise InputError(f"a {name} of {values}, wanted numbers")
    if 0 in std:
        raise InputError("a standard deviation of 0, wanted another number")
    length = max(len(mean), len(std))
    return Range(mean * (length // len(mean)), std * (length // len(std))).short()


def _by_network(network: Network, tensor: Tensor, frame: Frame, hint: Hint) -> tuple[Range, bool]:
    """The range, and whether it is only assumed."""
    if (said := _by_metadata(network.metadata, tensor, frame.channels)) is not None:
        return said, False
    if tensor.dtype.kind in "iu":
        return _by_scale(tensor, frame, hint)
    if (said := implied(network, tensor)) is not None:
        fitting = hint.range is not None and hint.range.width > WIDE and said == ranges.BYTE
        return (hint.range if fitting and hint.range is not None else said), True
    return hint.range or _usual(network, frame), True


def _by_metadata(metadata: Metadata, tensor: Tensor, channels: int) -> Range | None:
    """The file's normalization, unless its input cannot hold it: some files say mean 0, std 1."""
    said = told.range_of(metadata, channels)
    if said is None or tensor.quantization is not None:
        holds = said is not None and ranges.fits(said, *ranges.held_by(tensor))
        return said if holds else None
    return said if tensor.dtype.kind == "f" or said == ranges.BYTE else None


def _by_scale(tensor: Tensor, frame: Frame, hint: Hint) -> tuple[Range, bool]:
    if tensor.quantization is None:
        return (ranges.CENTRED if tensor.dtype == np.int8 else ranges.BYTE), True
    low, high = ranges.held_by(tensor)
    symmetric = int(tensor.q.zero_point.max()) == 0 and low < 0
    if symmetric and hint.range is not None and ranges.fits(hint.range, low, high):
        return hint.range, True
    if (range_ := ranges.quantized(tensor, frame.channels)) is not None:
        return range_, False
    if tensor.dtype in (np.uint8, np.int8):  # whatever the scale means: the pixels as they are
        scale, zero = float(tensor.q.scale.max()), float(tensor.q.zero_point.max())
        first = zero + 128 if tensor.dtype == np.int8 else zero
        return Range((first,), (1 / scale,)), True
    raise InputError(
        f"input {tensor.name} is {tensor.dtype} from {low:g} to {high:g}, which no usual range "
        "of pixels fits; give a mean and a standard deviation"
    )


def _usual(network: Network, frame: Frame) -> Range:
    """PyTorch's files have channels first and torchvision's mean; TensorFlow's are unlike."""
    if frame.channels_first and frame.channels == 3:
        return ranges.IMAGENET
    if any(tensor.shape[-1:] in [(n,) for n in IMAGENET_CLASSES] for tensor in network.outputs):
        return ranges.SIGNED
    return ranges.UNIT


def _resize(metadata: Metadata, hint: Hint) -> Resize:
    if told.is_ultralytics(metadata):
        whole = metadata.properties["task"] == "classify"
        return Resize.CROP if whole else Resize.LETTERBOX
    return hint.resize


def _is_bgr(metadata: Metadata, options: Options, hint: Hint) -> bool:
    said = (options.bgr, told.is_bgr(metadata), hint.bgr)
    return next(one for one in said if one is not None)


def _check_storable(tensor: Tensor, range_: Range) -> None:
    kind, stored = tensor.dtype.kind, tensor.quantization is not None
    if kind == "f" or (kind in "iu" and (stored or stores_pixels(tensor, range_))):
        return
    raise InputError(f"input {tensor.name} is {tensor.dtype} without a scale")

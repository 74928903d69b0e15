# SPDX-License-Identifier: MIT
"""How photos are fed according to the model's file.

TFLite's normalization; ONNX's image properties (onnx/docs/MetadataProps.md: ``Image.*``); texts
called ``mean`` and ``std``, as many exporters write them; and what Ultralytics exports, whose
networks take 0..1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from npucore.metadata import Metadata
from npucore.vision.feeding.ranges import BYTE, PIXEL, SIGNED, UNIT, Range

PIXEL_RANGE, PIXEL_FORMAT = "Image.NominalPixelRange", "Image.BitmapPixelFormat"
RANGES = {"NominalRange_0_255": BYTE, "Normalized_0_1": UNIT, "Normalized_1_1": SIGNED}
BLUE_FIRST = "bgr"
MEANS, DEVIATIONS = ("mean", "input_mean", "image_mean"), ("std", "input_std", "image_std")
_NUMBER = re.compile(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?")


def range_of(metadata: Metadata, channels: int) -> Range | None:
    """The range that the file names, for an input of so many channels."""
    if metadata.mean and len(metadata.mean) in (1, channels):
        return Range(metadata.mean, metadata.std).short()
    properties = metadata.properties
    if properties.get(PIXEL_RANGE) in RANGES:
        return RANGES[properties[PIXEL_RANGE]]
    mean, std = _numbers(properties, MEANS), _numbers(properties, DEVIATIONS)
    if len(mean) == len(std) and len(mean) in (1, channels) and 0 not in std:
        fractions = max(map(abs, std)) <= 1  # of pixels from 0 to 1, as torchvision writes them
        unit = PIXEL if fractions else 1.0
        return Range(tuple(m * unit for m in mean), tuple(s * unit for s in std)).short()
    return UNIT if is_ultralytics(metadata) else None


def _numbers(properties: Mapping[str, str], names: tuple[str, ...]) -> tuple[float, ...]:
    text = next((properties[name] for name in names if name in properties), "")
    return tuple(float(number) for number in _NUMBER.findall(text))


def is_bgr(metadata: Metadata) -> bool | None:
    """Whether the file says that blue comes first; None if it says nothing."""
    if (said := metadata.properties.get(PIXEL_FORMAT)) is None:
        return None
    return said.lower().startswith(BLUE_FIRST)


def is_ultralytics(metadata: Metadata) -> bool:
    """Whether the file was exported by Ultralytics, or by one of the forks of its exporter."""
    return {"task", "stride", "names"} <= metadata.properties.keys()

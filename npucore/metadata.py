# SPDX-License-Identifier: MIT
"""Metadata that a model's file has beside its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST_TEXT = 1 << 20  # characters of a property: a label file is smaller, a bomb is larger


@dataclass(frozen=True, slots=True)
class Metadata:
    """Remarks of the exporter of the model, which are not trusted.

    *properties* are texts by name: ONNX's ``metadata_props``, or what Ultralytics appends to a
    TFLite file (``task``, ``names``, ``imgsz``, ``stride``, ``kpt_shape``; Python literals).
    *labels* is the text of a label file that the model brings, "" without one. *mean* and *std*
    are those of the first input, one for all channels or one for each, in units of pixels
    (0 to 255): the input is ``(pixel - mean) / std``; both are empty if the file does not say.
    """

    properties: Mapping[str, str] = field(default_factory=dict)
    labels: str = ""
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

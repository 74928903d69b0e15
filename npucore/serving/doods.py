# SPDX-License-Identifier: MIT
"""The interface of DOODS, which Home Assistant's ``doods`` integration asks.

A photo in base64, and the least confidence of each label, 0 to 100; boxes are relative to the
photo. Source: snowzach/doods2 (its README and ``odrpc``), snowzach/pydoods, and Home Assistant's
integration, which takes any answer with ``error`` in it for a failure.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from npucore.errors import InputError
from npucore.serving.photos import Detector, Found
from npucore.serving.protocol import first_mistake
from npucore.vision.detect import Detection

DETECTORS, DETECT = "/detectors", "/detect"
KEY = "doods-auth-key"
DEFAULT, ANY = "default", "*"
PERCENT = 100.0

Confidence = Annotated[float, Field(ge=0, le=PERCENT)]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    data: str
    id: str = ""
    detector_name: str = DEFAULT
    detect: dict[str, Confidence] | None = None


def detectors(known: Mapping[str, Detector]) -> dict[str, Any]:
    """The detectors served; the first is ``default`` as well."""
    names = {DEFAULT: next(iter(known.values())), **known} if known else {}
    return {"detectors": [_detector(name, detector) for name, detector in names.items()]}


def _detector(name: str, detector: Detector) -> dict[str, Any]:
    return {
        "name": name,
        "type": "npucore",
        "model": detector.model.name,
        "labels": detector.labels,
        "width": detector.frame.width,
        "height": detector.frame.height,
    }


def detect(body: bytes, named: Callable[[str | None], Detector]) -> dict[str, Any]:
    """The objects in the photo of *body*.

    Raises `InputError` for what is no request, and what `Detector.find` raises.
    """
    try:
        asked = _Asked.model_validate_json(body)
        photo = base64.b64decode(asked.data, validate=True)
    except (ValidationError, RecursionError) as error:
        raise InputError(f"no request of DOODS: {first_mistake(error)}") from error
    except (binascii.Error, ValueError) as error:
        raise InputError(f"data: {error}, wanted a photo in base64") from error
    detector = named(None if asked.detector_name == DEFAULT else asked.detector_name)
    wanted = asked.detect or {}
    least = min(wanted.values()) / PERCENT if wanted else None
    found = detector.find(photo, least)
    every = [_detection(one, found) for one in found.objects]
    kept = [d for d in every if not wanted or d["confidence"] >= _least(wanted, d["label"])]
    return {"id": asked.id, "detections": kept}


def _least(wanted: Mapping[str, float], label: str) -> float:
    """The least confidence of *label*; one that nobody wants has none that suffices."""
    return wanted.get(label, wanted.get(ANY, float("inf")))


def _detection(one: Detection, found: Found) -> dict[str, Any]:
    top, left, bottom, right = one.box
    place = {"top": top, "left": left, "bottom": bottom, "right": right}
    return {**place, "label": found.label(one), "confidence": one.score * PERCENT}

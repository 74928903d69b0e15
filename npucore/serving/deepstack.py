# SPDX-License-Identifier: MIT
"""The interface of DeepStack, which CodeProject.AI has taken over: Blue Iris, Frigate, others.

A form with a photo; boxes are in its pixels, the best object first, as Frigate's ``deepstack``
detector stops at the first of a low confidence. Source: DeepStack's and CodeProject.AI's pages on
object detection, and Frigate's ``frigate/detectors/plugins/deepstack.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from time import perf_counter
from typing import Any

from npucore.errors import InputError
from npucore.serving.photos import Detector, Found
from npucore.vision.detect import Detection

PATH = re.compile(r"/v1/vision/(?:detection|custom/([^/]+))")
MOST_PARTS = 32
MILLI = 1e3


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A photo, the least confidence (0 to 1), and the client's key, "" for none."""

    photo: bytes
    least: float | None
    key: str


def is_path(path: str) -> bool:
    """Whether *path* is of this interface."""
    return PATH.fullmatch(path) is not None


def model_of(path: str) -> str | None:
    """The name of the model in *path*, None where the first is wanted."""
    found = PATH.fullmatch(path)
    return None if found is None else found[1]


def parse(body: bytes, content_type: str) -> Form:
    """The form in *body*. Raises `InputError` for what is none, or has no photo."""
    fields = _fields(body, content_type)
    photo = next((fields[name] for name in ("image", "file") if name in fields), None)
    if photo is None:
        names = ", ".join(sorted(map(repr, fields))) or "no fields"
        raise InputError(f"a form with {names}, wanted image")
    text = fields.get("min_confidence", b"").decode("ascii", "replace").strip()
    key = fields.get("api_key", b"").decode("utf-8", "replace").strip()
    return Form(photo, _fraction(text) if text else None, key)


def _fields(body: bytes, content_type: str) -> dict[str, bytes]:
    """Field by name; parts of other kinds are left out."""
    if "\r" in content_type or "\n" in content_type:
        raise InputError("a Content-Type of several lines")
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    try:
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        parts = form.get_payload()
        found = [_field(part) for part in parts if isinstance(part, Message)]
    except Exception as error:  # the library's parser raises what happens to go wrong in it
        raise InputError(f"a form that cannot be read: {type(error).__name__}") from error
    if form.get_content_type() != "multipart/form-data" or not found:
        raise InputError(f"Content-Type {content_type!r}, wanted multipart/form-data and its parts")
    if len(found) > MOST_PARTS:
        raise InputError(f"a form of more than {MOST_PARTS} fields")
    return {name: value for name, value in found if name is not None}


def _field(part: Message) -> tuple[str | None, bytes]:
    name, value = (
        part.get_param("name", header="content-disposition"),
        part.get_payload(decode=True),
    )
    return (name if isinstance(name, str) else None), value if isinstance(value, bytes) else b""


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(f"min_confidence {text[:20]!r}, wanted a number from 0 to 1")
    return value


def answer(form: Form, detector: Detector) -> dict[str, Any]:
    """The objects in the form's photo. Raises as `Detector.find`."""
    start = perf_counter()
    found = detector.find(form.photo, form.least)
    predictions = [_prediction(one, found) for one in found.objects]
    milliseconds = round((perf_counter() - start) * MILLI)
    return {"success": True, "predictions": predictions, "duration": milliseconds}


def _prediction(one: Detection, found: Found) -> dict[str, Any]:
    width, height = found.size
    top, left, bottom, right = one.box
    place = {"x_min": left * width, "y_min": top * height}
    place |= {"x_max": right * width, "y_max": bottom * height}
    pixels = {name: round(value) for name, value in place.items()}
    return {"label": found.label(one), "confidence": one.score, **pixels}

# SPDX-License-Identifier: MIT
"""Photos into inputs, outputs into answers.

>>> from npucore import Session, vision
>>> with Session("yolov8n.tflite") as session:                       # doctest: +SKIP
...     reply = vision.ask(session, "street.jpg")
...     vision.save_image(vision.annotate(reply.image, reply.answer, reply.names.labels), "x.png")

Names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npucore.vision.answer import interpret
    from npucore.vision.drawing import annotate, save_image
    from npucore.vision.feeding import Options, Resize
    from npucore.vision.heads import Head, Seen
    from npucore.vision.image import load_image
    from npucore.vision.labels import load_labels
    from npucore.vision.reading import Reading, Reply, ask

_HOME = {
    "annotate": "drawing",
    "save_image": "drawing",
    "interpret": "answer",
    "Options": "feeding",
    "Resize": "feeding",
    "Head": "heads",
    "Seen": "heads",
    "load_image": "image",
    "load_labels": "labels",
    "Reading": "reading",
    "Reply": "reading",
    "ask": "reading",
}

__all__ = [
    "Head",
    "Options",
    "Reading",
    "Reply",
    "Resize",
    "Seen",
    "annotate",
    "ask",
    "interpret",
    "load_image",
    "load_labels",
    "save_image",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'npucore.vision' has no attribute {name!r}")
    return getattr(importlib.import_module(f"npucore.vision.{_HOME[name]}"), name)

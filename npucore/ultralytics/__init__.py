# SPDX-License-Identifier: MIT
"""Artefacts as models of ultralytics: ``YOLO("yolov8n.npu")``.

Importing this teaches ultralytics the format, whether it is imported before or after. Ultralytics
itself is no part of npucore and none of its code is: it is under the AGPL.
"""

from contextlib import ExitStack

from npucore.faces.settings import Settings
from npucore.faces.ultralytics.registration import refuse, register

__all__ = ["register"]

register(ExitStack(), Settings(), refuse)

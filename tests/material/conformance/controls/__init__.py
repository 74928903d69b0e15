# SPDX-License-Identifier: MIT
"""Backends with one fault each. The suite has to catch every one, by the test named there."""

from tests.material.conformance.controls import answers, conduct, layouts
from tests.material.conformance.controls.base import CONTROLS, Sound

__all__ = ["CONTROLS", "Sound", "answers", "conduct", "layouts"]

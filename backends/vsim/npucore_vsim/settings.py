# SPDX-License-Identifier: MIT
"""What a user may set, and what it may be set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from npucore.errors import InputError
from npucore.evidence import Evidence
from npucore.family.rules import trust_of
from npucore_vsim.machine import AUTO

KEEP, REQUANTIZE = "keep", "requantize"
OPTIONS = {
    "trust": "least evidence of what is compiled: proven, shown (default on a board), sibling "
    "(default on the simulator) or paper",
    "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
    "device": "auto (default): a board if there is one, else the simulator; board, simulator, "
    "virtual (the driver's interface over the simulator), or a node's path",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked; *trust* is None if the device decides."""

    trust: Evidence | None
    per_channel: str
    device: object


def read_settings(options: Mapping[str, Any]) -> Settings:
    """Texts or values by name. Raises `InputError` for a value that cannot be."""
    per_channel = options.get("per_channel", KEEP)
    if per_channel not in (KEEP, REQUANTIZE):
        raise InputError(f"per_channel {per_channel!r}, wanted {KEEP} or {REQUANTIZE}")
    return Settings(
        None if options.get("trust") is None else trust_of(options["trust"]),
        str(per_channel),
        options.get("device", AUTO),
    )


def storable(value: object) -> bool:
    """Whether an artefact can hold a setting: a kernel object is of this process alone."""
    return isinstance(value, str | int | float)

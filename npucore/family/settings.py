# SPDX-License-Identifier: MIT
"""Settings of every family, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from npucore.errors import InputError
from npucore.evidence import Evidence
from npucore.family.machine import AUTO
from npucore.family.rules import trust_of

KEEP, REQUANTIZE = "keep", "requantize"
OPTIONS = {
    "trust": "least evidence of what is compiled: proven, shown (default on a board), sibling "
    "(default on the simulator) or paper",
    "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
    "device": "auto (default): a board if there is one, else the simulator; board, simulator, "
    "virtual (the driver's interface over the simulator), or a node's path",
}
"""Name -> one line about it. A family adds ``clock``, its lanes, and its own."""
LEAST_CLOCK, MOST_CLOCK = 1e6, 1e10


@dataclass(frozen=True, slots=True)
class Settings:
    """Those of every family, checked. *trust* is None if the device decides."""

    trust: Evidence | None
    requantize: bool
    device: object
    clock: float
    lanes: int
    """Devices that are kept busy at once."""


def read_settings(options: Mapping[str, Any], clock: float, lanes: str) -> Settings:
    """Texts or values by name; *clock* by default, *lanes* is what the family calls those.

    Raises `InputError` for a value that cannot be.
    """
    trust = options.get("trust")
    return Settings(
        None if trust is None else trust_of(trust),
        choice(options, "per_channel", KEEP, REQUANTIZE) == REQUANTIZE,
        options.get("device", AUTO),
        _clock(options.get("clock", clock)),
        _count(lanes, options.get(lanes, 1)),
    )


def choice(options: Mapping[str, Any], name: str, *choices: str) -> str:
    """The option of that name, by default the first of *choices*. Raises `InputError`."""
    value = options.get(name, choices[0])
    if value not in choices:
        raise InputError(f"{name} {value!r}, wanted {' or '.join(choices)}")
    return str(value)


def storable(value: object) -> bool:
    """Whether an artefact can hold a setting: a kernel object is of this process alone."""
    return isinstance(value, str | int | float)


def _count(name: str, value: object) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{name} {value!r}, wanted a number from 1 on")
    return int(text)


def _clock(value: object) -> float:
    try:
        clock = float(str(value))
    except ValueError:
        clock = 0.0
    if not LEAST_CLOCK <= clock <= MOST_CLOCK:
        raise InputError(f"clock {value!r}, wanted Hz from {LEAST_CLOCK:g} to {MOST_CLOCK:g}")
    return clock

# SPDX-License-Identifier: MIT
"""What a user may set, and what it may be set to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from npucore.errors import InputError
from npucore.evidence import Evidence
from npucore.family.rules import trust_of
from npucore_rocket.cost import CORE_CLOCK
from npucore_rocket.form import Form
from npucore_rocket.machine import AUTO

KEEP, REQUANTIZE = "keep", "requantize"
WHOLE, PART = "whole", "part"
ONE, JOINED = "one", "joined"
OPTIONS = {
    "trust": "least evidence of what is compiled: proven, shown (default on a board), sibling "
    "(default on the simulator) or paper",
    "per_channel": "weights with a scale per channel: keep (default) or requantize (lossy)",
    "groups": "kernels of a task: whole groups of 32, depthwise 64 (default), or part of one, as "
    "Mesa has them: less work for few kernels, but one party's board never ended such tasks",
    "device": "auto (default): a board if there is one, else the simulator; board, simulator, "
    "virtual (the driver's interface over the simulator), or a node's path",
    "cores": "open files, each of which keeps one core busy: 1 (default) to as many as there are",
    "tasks": "tasks of a job: one (default), or joined where they share weights",
    "clock": "of the NPU in Hz, for predictions and the virtual kernel (default: 1e9)",
}
LEAST_CLOCK, MOST_CLOCK = 1e6, 1e10


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked; *trust* is None if the device decides."""

    trust: Evidence | None
    per_channel: str
    form: Form
    device: object
    cores: int
    joined: bool
    clock: float

    def cores_of(self, there_are: int) -> int:
        """How many cores to use. Raises `InputError` for more than there are."""
        if self.cores > there_are:
            raise InputError(f"cores {self.cores}, but the NPU has {there_are}")
        return self.cores


def read_settings(options: Mapping[str, Any]) -> Settings:
    """Texts or values by name. Raises `InputError` for a value that cannot be."""
    return Settings(
        None if options.get("trust") is None else trust_of(options["trust"]),
        _choice("per_channel", options.get("per_channel", KEEP), KEEP, REQUANTIZE),
        Form(_choice("groups", options.get("groups", WHOLE), WHOLE, PART) == WHOLE),
        options.get("device", AUTO),
        _cores(options.get("cores", 1)),
        _choice("tasks", options.get("tasks", ONE), ONE, JOINED) == JOINED,
        _clock(options.get("clock", CORE_CLOCK)),
    )


def storable(value: object) -> bool:
    """Whether an artefact can hold a setting: a kernel object is of this process alone."""
    return isinstance(value, str | int | float)


def _choice(name: str, value: object, *choices: str) -> str:
    if value not in choices:
        raise InputError(f"{name} {value!r}, wanted {' or '.join(choices)}")
    return str(value)


def _cores(value: object) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"cores {value!r}, wanted a number from 1 on")
    return int(text)


def _clock(value: object) -> float:
    try:
        clock = float(str(value))
    except ValueError:
        clock = 0.0
    if not LEAST_CLOCK <= clock <= MOST_CLOCK:
        raise InputError(f"clock {value!r}, wanted Hz from {LEAST_CLOCK:g} to {MOST_CLOCK:g}")
    return clock

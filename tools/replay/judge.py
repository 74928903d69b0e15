# SPDX-License-Identifier: MIT
"""What the simulator makes of a capture, held against TFLite's answer (XNNPACK)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from npucore_rocket.sim import Options, SimulationError
from tools.replay.capture import Capture, Replay, load

FAMILIES = (
    (r"mb\d+", "MobileNetV1"),
    (r"mobiledet\d+", "MobileDet"),
    (r"g_add_.*", "synthetic add"),
    (r"g_dw_.*|g_chan_dw.*", "synthetic depthwise"),
    (r".*", "synthetic convolution"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one capture's output differs from TFLite's; *refusal* if the simulator gave none."""

    name: str
    elements: int
    largest: int
    off_by_one: int
    differing: int
    refusal: str | None = None

    @property
    def family(self) -> str:
        return next(family for pattern, family in FAMILIES if re.fullmatch(pattern, self.name))


def judge(capture: Capture, options: Options | None = None) -> Outcome:
    """Replay a capture and compare."""
    wanted = capture.arrays["xnn0"].astype(int)
    replay = Replay(capture, options)
    try:
        replay.run()
    except SimulationError as error:
        return Outcome(capture.name, wanted.size, 0, 0, 0, str(error))
    shape = capture.record["outputs"][0]["shape"]
    found = replay.tensor(len(capture.submit["jobs"]) - 1, shape).astype(int)
    difference = np.abs(found - wanted)
    return Outcome(
        capture.name,
        wanted.size,
        int(difference.max()),
        int((difference == 1).sum()),
        int((difference > 0).sum()),
    )


def captures(folder: Path) -> list[Path]:
    """The captures of a folder, each as the path of its json file."""
    return sorted(path for path in folder.glob("*.json") if path.with_suffix(".npz").exists())


def judge_folder(folder: Path, options: Options | None = None) -> list[Outcome]:
    """Every capture of a folder."""
    return [judge(load(path), options) for path in captures(folder)]

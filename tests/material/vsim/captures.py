# SPDX-License-Identifier: MIT
"""Jobs that Mesa's driver and VeriSilicon's compiler made, where they are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from npucore_vsim.registers import NNDescriptor, TPDescriptor

SHARED = Path(__file__).parents[3] / ".." / "shared"
GOLDEN = SHARED / "golden" / "vsim"
LAYERS = SHARED / "models" / "layers"
MESA = sorted(f"{path.parent.name}/{path.stem}" for path in GOLDEN.glob("mesa/*/*.json"))
VENDOR = sorted(f"{path.parent.name}/{path.stem}" for path in GOLDEN.glob("vendor/*/*.json"))
ABSENT = pytest.mark.skipif(not MESA, reason="the captures are not on this machine")
Words = npt.NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Capture:
    """One file of either party."""

    facts: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]

    def words(self, kind: str) -> list[list[int]]:
        """The descriptors of that kind, in order: Mesa's alone, or the vendor's 48 words."""
        if "jobs" in self.facts:
            names = [
                f"job{number}_{kind}"
                for number, job in enumerate(self.facts["jobs"])
                if job["kind"] == kind
            ]
            return [self.arrays[name].tolist() for name in names]
        raw = self.arrays.get(f"nbg_{kind}_words")
        return [] if raw is None else raw.view("<u4").reshape(-1, 48).tolist()

    def nn(self) -> list[NNDescriptor]:
        """The jobs of the NN cores."""
        return [NNDescriptor.decode(words[: NNDescriptor.length]) for words in self.words("nn")]

    def tp(self) -> list[TPDescriptor]:
        """The jobs of the TP cores."""
        return [TPDescriptor.decode(words[: TPDescriptor.length]) for words in self.words("tp")]


@cache
def capture(party: str, name: str) -> Capture:
    """*name* is ``<soc>/<case>``."""
    path = GOLDEN / party / name
    with np.load(f"{path}.npz") as arrays:
        return Capture(json.loads(Path(f"{path}.json").read_text()), dict(arrays))

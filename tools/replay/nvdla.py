# SPDX-License-Identifier: MIT
"""Byte traces of NVDLA with the output of its maker's model, played on the simulator.

A folder holds npz files; an array ``NAME_trace`` is a trace, ``NAME_out`` the memory that the model
wrote, which is compared byte for byte, as is the CRC that the trace itself asks for.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from npucore.errors import NpucoreError
from npucore_nvdla.chip import SMALL
from npucore_nvdla.player import Player
from npucore_nvdla.traces import read

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One trace; *why* it is not equal, or empty."""

    name: str
    why: str = ""


def records(folder: Path) -> Iterator[tuple[str, bytes, Bytes]]:
    """(name, trace, output) of every record."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as arrays:
            for key in arrays.files:
                name, _, what = key.rpartition("_")
                if what == "trace" and f"{name}_out" in arrays.files:
                    yield name, arrays[key].tobytes(), arrays[f"{name}_out"]


def replay(name: str, trace: bytes, wanted: Bytes) -> Replayed:
    """Play one."""
    try:
        entries = read(trace)
        player = Player(entries, SMALL)
        (check,) = player.checks(entries)
        found = player.window(check.address, check.size_bytes)
    except (NpucoreError, ValueError) as error:
        return Replayed(name, str(error))
    if check.size_bytes != wanted.size or (found != wanted).any():
        return Replayed(name, f"{int((found != wanted[: found.size]).sum())} bytes differ")
    return Replayed(name, "" if check.found == check.wanted else "the CRC differs")


def main(argv: list[str]) -> int:
    """Run; 0 if all are equal and there is one at least."""
    parser = argparse.ArgumentParser(prog="python -m tools.replay nvdla")
    parser.add_argument("folder", type=Path, help="holds npz files with traces and outputs")
    found = [replay(*record) for record in records(parser.parse_args(argv).folder)]
    wrong = [each for each in found if each.why]
    for each in wrong:
        print(f"{each.name}: {each.why}")
    print(f"{len(found) - len(wrong)} of {len(found)} equal")
    return int(bool(wrong) or not found)

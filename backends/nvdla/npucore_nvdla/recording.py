# SPDX-License-Identifier: MIT
"""Compiled graphs -> byte traces, with the simulator's results to be checked."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from npucore.family.code import ACTIVATIONS, CONSTANTS, Bytes
from npucore.family.image import Loading
from npucore.hw.memory import PAGE_BYTES
from npucore.tensor import Array
from npucore_nvdla.chip import Chip
from npucore_nvdla.image import NvdlaImage
from npucore_nvdla.maps import shape_of
from npucore_nvdla.player import Player
from npucore_nvdla.program import NvdlaCompiled
from npucore_nvdla.stream import (
    MASK,
    OTHERS_DONE,
    PDP_DONE,
    POOL,
    SDP_DONE,
    STATUS,
    TASK_DONE,
    Run,
    enabled,
    turns,
)
from npucore_nvdla.traces import CHECK, END, INTERRUPT, LOAD, SYNCPOINT, WAIT, WRITE, Record, write

FIRST_ADDRESS = 0x80000000
"""Of the memory that the maker's test benches have."""
UNIT = 4  # registers are counted in words


class Layout:
    """Implements `npucore.family.device.Device`: gives memory, and runs nothing."""

    def __init__(self) -> None:
        self._end = FIRST_ADDRESS

    def allocate(self, size_bytes: int) -> tuple[int, Bytes]:
        """Pages behind those given out before."""
        address, size = self._end, -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        self._end += size
        return address, np.zeros(size, np.uint8)

    def prepare(self, jobs: Sequence[Run], read_back: Sequence[int] = ()) -> Layout:
        """Nothing is handed over."""
        return self

    def start(self) -> None:
        """Nothing runs."""

    def finish(self) -> None:
        """Nothing has run."""

    def free(self, addresses: Sequence[int]) -> None:
        """There is nothing to give back."""

    def clock_ns(self) -> int:
        """No time passes."""
        return 0

    def close(self) -> None:
        """There is nothing to give back."""


def recorded(compiled: NvdlaCompiled, inputs: Sequence[Array], chip: Chip) -> bytes:
    """A trace that loads constants and *inputs*, runs all tasks, and checks the outputs.

    With one task it has the form of the maker's own traces; with several, the host waits for an
    interrupt after each, clears it, and all checks are made at the end. Raises `DeviceError` for
    tasks that must not run.
    """
    image = NvdlaImage(compiled, Layout(), Loading())
    image.start(inputs)
    entries = [*_loads(image), *_writes(image)]
    player = Player([*entries, *_checks(image, None)], chip)
    return write([*entries, *_checks(image, player), Record(END)])


def _loads(image: NvdlaImage) -> Iterator[Record]:
    constants, size = image.memory[CONSTANTS], image.compiled.constants.size
    if size:
        yield _load(image.bases[CONSTANTS], constants[:size])
    for address, data in _maps(image, inputs=True):
        yield _load(address, data)


def _load(address: int, data: Bytes) -> Record:
    return Record(LOAD, (address, data.size), data.tobytes())


def _maps(image: NvdlaImage, *, inputs: bool) -> Iterator[tuple[int, Bytes]]:
    """Addresses and bytes of the graph's ends."""
    compiled = image.compiled
    for port in compiled.inputs if inputs else compiled.outputs:
        size = shape_of(port.tensor).size_bytes(compiled.chip)
        data = image.memory[ACTIVATIONS][port.offset :][:size]
        yield image.bases[ACTIVATIONS] + port.offset, data


def _writes(image: NvdlaImage) -> Iterator[Record]:
    yield Record(WRITE, (MASK.offset // UNIT, OTHERS_DONE))
    counts: Counter[str] = Counter()
    jobs = image.compiled.jobs
    for task in jobs:
        names = enabled(task.words)
        for register in turns(names, counts):
            yield Record(WRITE, (register.offset // UNIT, register.word))
        for offset, value in task.linked(image.bases).tolist():
            yield Record(WRITE, (offset // UNIT, value))
        if len(jobs) > 1:
            yield Record(WAIT)
            yield Record(WRITE, (STATUS.offset // UNIT, TASK_DONE))
        counts.update(names)


def _checks(image: NvdlaImage, player: Player | None) -> Iterator[Record]:
    """Without a *player*, sums that are not known yet."""
    status, mask = STATUS.offset // UNIT, MASK.offset // UNIT
    pools = bool(image.compiled.jobs) and enabled(image.compiled.jobs[-1].words) == POOL
    yield Record(INTERRUPT, (status, mask))
    yield Record(SYNCPOINT, (0, 1 << (PDP_DONE if pools else SDP_DONE)))
    for address, data in _maps(image, inputs=False):
        crc = zlib.crc32(player.window(address, data.size).tobytes()) if player else 0
        yield Record(CHECK, (0, address, data.size, crc))

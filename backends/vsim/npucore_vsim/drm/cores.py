# SPDX-License-Identifier: MIT
"""What the cores behind an open node are: the numbers that the kernel tells of each."""

from __future__ import annotations

from typing import NamedTuple

from npucore.errors import DeviceError
from npucore_vsim import uapi
from npucore_vsim.chip import CHIPS, Chip
from npucore_vsim.drm.file import OpenFile

SPACE_BYTES = 1 << 32  # descriptors hold addresses of 32 bits
PARAMS = (uapi.MODEL, uapi.REVISION, uapi.PRODUCT_ID, uapi.ECO_ID, uapi.CUSTOMER_ID)


class Core(NamedTuple):
    """A core: its pipe, the five numbers, and which chip has them; None for a GPU and others."""

    pipe: int
    numbers: tuple[int, ...]
    chip: Chip | None

    def __str__(self) -> str:
        return "/".join(map(hex, self.numbers))


def cores(file: OpenFile) -> list[Core]:
    """Every core of a node. Raises `DeviceError` for a driver that does not tell the numbers."""
    if file.version < (1, uapi.IDENTITY_MINOR):
        major, minor, _ = file.version
        raise DeviceError(
            f"{file.path}: etnaviv {major}.{minor} tells no product, eco and customer numbers; "
            f"1.{uapi.IDENTITY_MINOR} does"
        )
    pipes = [pipe for pipe in range(uapi.MAX_PIPES) if file.has(pipe)]
    return [_core(file, pipe) for pipe in pipes]


def _core(file: OpenFile, pipe: int) -> Core:
    numbers = tuple(file.param(pipe, param) for param in PARAMS)
    return Core(pipe, numbers, next((c for c in CHIPS.values() if _of(c) == numbers), None))


def _of(chip: Chip) -> tuple[int, ...]:
    return chip.model, chip.revision, chip.product_id, chip.eco_id, chip.customer_id


def find_core(file: OpenFile, chip: Chip | None) -> Core:
    """The core that is *chip*, or the first NPU that is known. Raises `DeviceError` if none is."""
    found = cores(file)
    for core in found:
        if core.chip is not None and chip in (None, core.chip):
            return core
    wanted = "an NPU that is known here" if chip is None else chip.name
    raise DeviceError(
        f"{file.path}: no core is {wanted}; cores: {', '.join(map(str, found)) or 'none'}"
    )


def first_address(file: OpenFile, core: Core) -> int:
    """Where addresses of our own may begin. Raises `DeviceError` if nowhere."""
    start = file.param(core.pipe, uapi.SOFTPIN_START)
    if not 0 < start < SPACE_BYTES:
        raise DeviceError(f"{file.path}: the kernel lets no program choose addresses (softpin)")
    return start

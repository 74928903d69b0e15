# SPDX-License-Identifier: MIT
"""Tasks as writes to registers, and the host's part around them.

A task is what one run of the hardware needs: it sets ``D_`` registers of some blocks, then enables
these blocks. Each block has two groups of registers that take turns, so the host says before every
task which group is written: that depends on how many tasks a block has had, not on the task.

Source: hardware reference 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_nvdla.registers import BLOCKS, REGISTERS, glb, sdp_lut

Words = npt.NDArray[np.uint32]
"""(N, 2): the offset of a register, and its value."""
WRITE_BYTES = 8

CONVOLUTION = ("SDP_RDMA", "SDP", "CACC", "CMAC_A", "CMAC_B", "CSC", "CDMA")
"""The blocks of a convolution, in the order in which they are enabled."""
POINTS = ("SDP_RDMA", "SDP")
POOL = ("PDP_RDMA", "PDP")
KINDS = (CONVOLUTION, POINTS, POOL)
ENABLES: dict[int, str] = {BLOCKS[name].D_OP_ENABLE.offset: name for name in CONVOLUTION + POOL}
"""The block that a register enables, by its offset."""
POINTERS: dict[str, type[Register]] = {name: BLOCKS[name].S_POINTER for name in CONVOLUTION + POOL}

STATUS, MASK = glb.S_INTR_STATUS, glb.S_INTR_MASK
SDP_DONE, PDP_DONE = STATUS.sdp_done_status0.lsb, STATUS.pdp_done_status0.lsb
"""Bits of the interrupt's status for group 0; the one of group 1 is the next."""
EVERY_DONE = MASK.field_bits
TASK_DONE = 0b11 << SDP_DONE | 0b11 << PDP_DONE
OTHERS_DONE = EVERY_DONE & ~TASK_DONE
"""Interrupts of blocks that no task ends with, which the host masks."""

LE, LO = 0, 1  # TABLE_ID, and PRIORITY
LE_ENTRIES, LO_ENTRIES = 65, 257
FIRST, END = -128, 128  # of the numbers that are looked up
LINEAR = 1  # LE_FUNCTION
WHOLE = 0xFFFFFFFF
TABLE_FORM: tuple[Register, ...] = (
    sdp_lut.S_LUT_CFG(
        lut_le_function=LINEAR,
        lut_uflow_priority=LO,
        lut_oflow_priority=LO,
        lut_hybrid_priority=LO,
    ),
    sdp_lut.S_LUT_INFO(),
    sdp_lut.S_LUT_LE_START(lut_le_start=FIRST & WHOLE),
    sdp_lut.S_LUT_LE_END(lut_le_end=FIRST + LE_ENTRIES - 1 & WHOLE),
    sdp_lut.S_LUT_LO_START(lut_lo_start=FIRST & WHOLE),
    sdp_lut.S_LUT_LO_END(lut_lo_end=END),
    sdp_lut.S_LUT_LE_SLOPE_SCALE(),
    sdp_lut.S_LUT_LE_SLOPE_SHIFT(),
    sdp_lut.S_LUT_LO_SLOPE_SCALE(),
    sdp_lut.S_LUT_LO_SLOPE_SHIFT(),
)
"""Two tables with an entry for each number, and slopes of 0 beyond them."""


def loading(lo: Sequence[int], le: Sequence[int]) -> list[Register]:
    """The writes in front of a task that load its tables: (257,) and (65,) entries of 16 bits."""
    return [*_entries(LO, lo), *_entries(LE, le), *TABLE_FORM]


def _entries(table: int, entries: Sequence[int]) -> list[Register]:
    """The first address, then every entry: the address goes on by itself."""
    access = sdp_lut.S_LUT_ACCESS_CFG(lut_table_id=table, lut_access_type=1)
    return [access, *(sdp_lut.S_LUT_ACCESS_DATA(lut_data=entry) for entry in entries)]


LOADING = loading([0] * LO_ENTRIES, [0] * LE_ENTRIES)
"""The form of these writes."""

R = TypeVar("R", bound=Register)


class Run(NamedTuple):
    """A task for the hardware: where its words lie, and how many writes they are."""

    address: int
    writes: int


def encode(registers: Sequence[Register]) -> Words:
    """Undo `decode`."""
    pairs = [(register.offset, register.word) for register in registers]
    return np.array(pairs, np.uint32).reshape(-1, 2)


def decode(words: Words) -> list[Register]:
    """The register writes, in order. Raises `ValueError` for bits of no register or field.

    >>> from npucore_nvdla.registers import csc
    >>> decode(encode([csc.D_BANK(data_bank=1, weight_bank=2)]))
    [D_BANK(data_bank=1, weight_bank=2)]
    """
    found = []
    for offset, value in words.tolist():
        if offset not in REGISTERS:
            raise ValueError(f"no register is at {offset:#x}")
        register = REGISTERS[offset].decode(value)
        if register.unknown_bits:
            raise ValueError(f"{register}: bits that mean nothing")
        found.append(register)
    return found


def enabled(words: Words) -> tuple[str, ...]:
    """The blocks that a task enables, in order."""
    return tuple(ENABLES[offset] for offset, value in words.tolist() if offset in ENABLES and value)


def done_bit(blocks: Sequence[str], count: Mapping[str, int]) -> int:
    """The bit of the interrupt's status that a task of *blocks* ends with, as `turns` counts."""
    unit, first = ("PDP", PDP_DONE) if "PDP" in blocks else ("SDP", SDP_DONE)
    return 1 << first + count.get(unit, 0) % 2


def turns(blocks: Iterable[str], count: Mapping[str, int]) -> list[Register]:
    """The writes in front of a task that choose its groups, after so many tasks of each block."""
    return [POINTERS[name](producer=count.get(name, 0) % 2) for name in blocks]


class Settings:
    """The values of registers by offset; those that *values* does not have are 0."""

    def __init__(self, values: Mapping[int, int]) -> None:
        self.values = values

    def __call__(self, kind: type[R]) -> R:
        return kind.decode(self.values.get(kind.offset, 0))


class AskedSettings(Settings):
    """Registers that keep in mind which of them were asked for."""

    def __init__(self, values: Mapping[int, int]) -> None:
        super().__init__(values)
        self.asked: set[int] = set()

    def __call__(self, kind: type[R]) -> R:
        self.asked.add(kind.offset)
        return super().__call__(kind)


def loads_tables(words: Words) -> bool:
    """Whether a task begins as if it would load look-up tables."""
    return len(words) > 0 and int(words[0, 0]) == LOADING[0].offset


def loads_well(words: Words) -> bool:
    """Whether these writes are of the form `LOADING`, whatever the entries."""
    data = sdp_lut.S_LUT_ACCESS_DATA.offset
    front = words[: len(LOADING)].tolist()
    return len(front) == len(LOADING) and all(
        offset == wanted.offset and (value == wanted.word or offset == data)
        for (offset, value), wanted in zip(front, LOADING, strict=True)
    )


def looks_up(words: Words) -> bool:
    """Whether the third stage of SDP takes part in a task."""
    third = BLOCKS["SDP"].D_DP_EW_CFG
    return any(
        offset == third.offset and not third.decode(value).ew_bypass
        for offset, value in words.tolist()
    )

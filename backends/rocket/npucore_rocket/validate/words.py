# SPDX-License-Identifier: MIT
"""The shape of a task: known registers of the started blocks, all of them, then the tail.

Source: rocket hardware reference 2.1 to 2.5, 8.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers import BLOCKS, Block, block_at
from npucore_rocket.registers.dpu import DPU_S_POINTER
from npucore_rocket.registers.dpu_lut import DPU_LUT_ACCESS_CFG, DPU_LUT_ACCESS_DATA
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_S_POINTER
from npucore_rocket.registers.pc import PC_BASE_ADDRESS, PC_REGISTER_AMOUNTS
from npucore_rocket.registers.ppu import PPU_S_POINTER
from npucore_rocket.registers.ppu_rdma import PPU_RDMA_RDMA_S_POINTER
from npucore_rocket.stream import (
    FETCH_ALIGNMENT,
    TAIL_WORDS,
    Barrier,
    Filler,
    Item,
    Start,
    Strange,
    Words,
    Write,
    decode,
)
from npucore_rocket.validate import dpu_lut
from npucore_rocket.validate.error import StreamError

UInt32s = npt.NDArray[np.uint32]
Columns = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

CONCERN = "words"
LEAST_WORDS = TAIL_WORDS + 1
MOST_WORDS = 2 << 16  # PC_REGISTER_AMOUNTS counts pairs in 16 bits
CNA_CORE_DPU = 0x0D
DPU_RDMA = 0x10
DPU_AND_RDMA = 0x18
POOLING = 0x60
STARTED = {
    CNA_CORE_DPU: ("CNA", "CORE", "DPU"),
    CNA_CORE_DPU | DPU_RDMA: ("CNA", "CORE", "DPU", "DPU_RDMA"),
    DPU_AND_RDMA: ("DPU", "DPU_RDMA"),
    POOLING: ("PPU", "PPU_RDMA"),
}
"""Units that each known start mask starts. Source: rocket hardware reference 2.2."""
UNITS = ("CNA", "CORE", "DPU", "DPU_RDMA", "PPU", "PPU_RDMA")
LEFT_OUT = {
    "CNA_S_STATUS",
    "CNA_S_POINTER",  # the kernel writes it before each task, with the core's number
    "CNA_OPERATION_ENABLE",  # the start word sets it, for all blocks at once
    "CNA_CLK_GATE",
    "CORE_S_STATUS",
    "CORE_S_POINTER",
    "CORE_OPERATION_ENABLE",
    "CORE_MAC_GATING",
    "DPU_S_STATUS",
    "DPU_OPERATION_ENABLE",
    "DPU_RDMA_RDMA_S_STATUS",
    "DPU_RDMA_RDMA_OPERATION_ENABLE",
    "PPU_S_STATUS",
    "PPU_OPERATION_ENABLE",
    "PPU_RDMA_RDMA_S_STATUS",
    "PPU_RDMA_RDMA_OPERATION_ENABLE",
}
"""Registers that no stream of such tasks has been seen to write."""


def _block(name: str) -> Block:
    return next(block for block in BLOCKS if block.name == name)


COLUMNS: tuple[type[Register], ...] = tuple(
    register
    for name in UNITS
    for register in _block(name).registers
    if register.__name__ not in LEFT_OUT
)
"""What a task writes. The columns of all tables here are these, in this order."""
PLACE = {register: column for column, register in enumerate(COLUMNS)}
_STARTED = {
    mask: np.array([block_at(r.offset).name in names for r in COLUMNS])
    for mask, names in STARTED.items()
}
_PORT = np.array([r in (DPU_LUT_ACCESS_CFG, DPU_LUT_ACCESS_DATA) for r in COLUMNS])
_TARGETS = np.array([block_at(register.offset).target for register in COLUMNS], np.uint64)
_AT = np.full(1 << 16, -1, np.int32)
_AT[[register.offset for register in COLUMNS]] = range(len(COLUMNS))
_POINTERS = (
    DPU_S_POINTER,
    DPU_RDMA_RDMA_S_POINTER,
    PPU_S_POINTER,
    PPU_RDMA_RDMA_S_POINTER,
)

_TARGET_SHIFT = np.uint64(48)
_VALUE_SHIFT = np.uint64(16)
_OFFSET_MASK = np.uint64(0xFFFF)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The values that a task's registers have when it starts, (columns,), and what it starts.

    *tables* are those that it loads, whose port counts for none of its registers.
    """

    values: UInt32s
    mask: int
    tables: dpu_lut.Entries | None
    next_address: int
    next_amount: int

    @property
    def rdma(self) -> bool:
        """Whether DPU_RDMA is started."""
        return self.mask != CNA_CORE_DPU

    def field(self, register: type[Register], bits: Bits) -> int:
        """A field's value."""
        return bits.get(int(self.values[PLACE[register]]))


def place(register: type[Register], bits: Bits | None = None) -> str:
    """How messages call it."""
    return register.__name__ + (f".{bits.name}" if bits else "")


def refuse(where: str, found: str, limit: str) -> NoReturn:
    """Raise `StreamError` for the shape of a stream."""
    raise StreamError(CONCERN, where, found, limit)


def read(words: Words) -> Reading:
    """What the program counter would write. Raises `StreamError` for a stream out of shape."""
    if words.dtype != np.uint64 or words.ndim != 1:
        refuse("the stream", f"{words.dtype} in {words.ndim} dimensions", "words are uint64 in one")
    if not LEAST_WORDS <= words.size <= MOST_WORDS:
        refuse("the stream", f"{words.size} words", f"a task has {LEAST_WORDS} to {MOST_WORDS}")
    address, amount, mask = _tail(decode(words[-TAIL_WORDS:]))
    body, places, tables = dpu_lut.taken_out(words[:-TAIL_WORDS])
    return Reading(_body(body, places, mask, tables is not None), mask, tables, address, amount)


def _tail(tail: list[Item]) -> tuple[int, int, int]:
    """(address and amount of the next task, start mask)."""
    following, amount, barrier, start = tail
    if not isinstance(start, Start):
        refuse("the last word", f"{start.word:#018x}", "a task ends with its start word")
    if barrier != Barrier():
        refuse(
            "the last word but one", f"{barrier.word:#018x}", "a barrier stands before the start"
        )
    if start.mask not in STARTED:
        known = "0x0d, 0x1d, 0x18 and 0x60 are the known ones"
        refuse("the start mask", f"{start.mask:#x}", known)
    address = 0
    if not isinstance(following, Filler):
        address = _value(following, PC_BASE_ADDRESS, "the fourth word from the end")
        if address % FETCH_ALIGNMENT:
            refuse("PC_BASE_ADDRESS", f"{address:#x}", "words lie at multiples of 16")
    beats = _value(amount, PC_REGISTER_AMOUNTS, "the third word from the end")
    return address, beats, start.mask


def _value(item: Item, register: type[Register], where: str) -> int:
    if not isinstance(item, Write) or item.register is not register:
        refuse(where, f"{item.word:#018x}", f"a tail has {register.__name__} there")
    return item.value


def _body(words: Words, places: dpu_lut.Places, mask: int, loads: bool) -> UInt32s:
    """Values by column; *places* are the words' in the stream, *loads* tells of tables in it."""
    column, started = _AT[words & _OFFSET_MASK], _STARTED[mask]
    if (wrong := (column < 0) | (_TARGETS[column] != words >> _TARGET_SHIFT)).any():
        _refuse_word(words, int(wrong.argmax()), places)
    if (idle := ~started[column]).any():
        number = int(idle.argmax())
        name = COLUMNS[column[number]].__name__
        block = block_at(COLUMNS[column[number]].offset).name
        refuse(f"word {places[number]}", name, f"{block} is not started")
    values = np.zeros(len(COLUMNS), np.uint32)
    written = (words >> _VALUE_SHIFT).astype(np.uint32)
    values[column] = written
    if (differs := values[column] != written).any():
        register, value = COLUMNS[column[differs.argmax()]], written[differs.argmax()]
        again = f"{value:#x}, then {values[PLACE[register]]:#x}"
        refuse(place(register), again, "what is written twice repeats its value")
    missing = (np.bincount(column, minlength=len(COLUMNS)) == 0) & started
    if loads:
        missing &= ~_PORT
    if missing.any():
        name = COLUMNS[int(missing.argmax())].__name__
        refuse(name, "not written", "what a stream leaves out keeps the value of another task")
    _pointers_first(column, started)
    return values


def _pointers_first(column: Columns, started: Bools) -> None:
    """S_POINTER chooses the group of registers that what follows goes to."""
    for pointer in _POINTERS:
        if not started[PLACE[pointer]]:
            continue
        first = column[(_TARGETS[column] == _TARGETS[PLACE[pointer]]).argmax()]
        if COLUMNS[first] is not pointer:
            refuse(pointer.__name__, "not the first write to its block", "it selects the group")


def _refuse_word(words: Words, number: int, places: dpu_lut.Places) -> NoReturn:
    word = int(words[number])
    where, found = f"word {places[number]}", f"{word:#018x}"
    match decode(words[number : number + 1])[0]:
        case Strange(reason=reason):
            refuse(where, found, reason)
        case Write(register=None, offset=offset):
            refuse(where, found, f"no register is known at {offset:#06x}")
        case Write(register=register) if register is not None:
            refuse(where, register.__name__, "no task of this kind has been seen to write it")
        case item:
            name = type(item).__name__.lower()
            refuse(where, f"a {name}", "that belongs into the last four words")

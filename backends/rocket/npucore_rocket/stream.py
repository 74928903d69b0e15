# SPDX-License-Identifier: MIT
"""Register writes as the 64-bit words that the program counter fetches, and back.

::

    63      48 47      16 15       0
    [ target ] [ value  ] [ offset ]

A task is its register writes and a tail of four words: the address of the next task (or a filler),
how much to fetch there, the barrier, and the start of all blocks that the task uses.
Source: Mesa's and the vendor's streams; TRM chapter 36.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import WORD_BITS, WORD_MASK, Register
from npucore_rocket import registers
from npucore_rocket.chip import Chip
from npucore_rocket.registers.dialect import codec
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.registers.pc import PC_BASE_ADDRESS, PC_OPERATION_ENABLE, PC_REGISTER_AMOUNTS

Words = npt.NDArray[np.uint64]

TAIL_WORDS = 4
BEAT_WORDS = 2  # the program counter fetches 128 bits at once
FETCH_ALIGNMENT = 16

FILLER = 0
BARRIER_TARGET = 0x0041
START_TARGET = 0x0081
START_OFFSET = PC_OPERATION_ENABLE.offset

OFFSET_BITS = 16
TARGET_SHIFT = OFFSET_BITS + WORD_BITS
OFFSET_MASK = (1 << OFFSET_BITS) - 1
BARRIER = BARRIER_TARGET << TARGET_SHIFT

_TARGETS = {block.base: block.target for block in registers.BLOCKS if block.target is not None}
_PLACES = {
    register: block.target << TARGET_SHIFT | register.offset
    for block in registers.BLOCKS
    if block.target is not None
    for register in block.registers
}


@dataclass(frozen=True, slots=True)
class Write:
    """A value for a register of a block; *register* is None where no register is known."""

    block: registers.Block
    register: type[Register] | None
    offset: int
    value: int

    @property
    def word(self) -> int:
        """The write as the program counter fetches it."""
        assert self.block.target is not None
        return encode(self.block.target, self.offset, self.value)


@dataclass(frozen=True, slots=True)
class Filler:
    """Nothing to do; stands where no next task follows."""

    word = FILLER


@dataclass(frozen=True, slots=True)
class Barrier:
    """Stands before the start."""

    word = BARRIER


@dataclass(frozen=True, slots=True)
class Start:
    """Enables all blocks of *mask* at once."""

    mask: int

    @property
    def blocks(self) -> tuple[str, ...]:
        """The started blocks.

        >>> Start(0x0d).blocks
        ('CNA', 'CORE', 'DPU')
        """
        enabled = GLOBAL_OPERATION_ENABLE.decode(self.mask)
        fields = enabled.field_values().items()
        return tuple(name.removesuffix("_op_en").upper() for name, on in fields if on)[::-1]

    @property
    def word(self) -> int:
        """The start as the program counter fetches it."""
        return encode(START_TARGET, START_OFFSET, self.mask)


@dataclass(frozen=True, slots=True)
class Strange:
    """A word that no stream should hold, and why."""

    word: int
    reason: str


Item = Write | Filler | Barrier | Start | Strange


def encode(target: int, offset: int, value: int) -> int:
    """The word that writes *value* at *offset*. Raises `ValueError` if *target* is another block's.

    >>> hex(encode(0x0201, 0x1014, 0x12))
    '0x201000000121014'
    """
    if reason := _objection(target, offset):
        raise ValueError(reason)
    if not 0 <= value <= WORD_MASK:
        raise ValueError(f"value {value:#x} does not fit into {WORD_BITS} bits")
    return target << TARGET_SHIFT | value << OFFSET_BITS | offset


def _objection(target: int, offset: int) -> str | None:
    if target == START_TARGET:
        wanted = START_OFFSET
    elif target == BARRIER_TARGET:
        wanted = 0
    elif target not in _TARGETS.values():
        return f"no block has target {target:#06x}"
    elif _TARGETS.get(offset & ~registers.OFFSET_IN_BLOCK) != target:
        return f"offset {offset:#06x} is not in the block of target {target:#06x}"
    else:
        return None
    return None if offset == wanted else f"target {target:#06x} goes with offset {wanted:#06x}"


def write(register: Register) -> int:
    """The word that writes *register*. Raises `KeyError` for one that no stream can reach."""
    return clear(type(register)) | register.word << OFFSET_BITS


def clear(register: type[Register]) -> int:
    """The word that writes 0 to *register*. Raises `KeyError` for one that no stream can reach."""
    return _PLACES[register]


def task(body: Iterable[Register], start: GLOBAL_OPERATION_ENABLE) -> Words:
    """The words of a task that no other follows.

    >>> from npucore_rocket.registers.dpu import DPU_S_POINTER
    >>> start = GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1)
    >>> [hex(word) for word in task([DPU_S_POINTER(pointer_pp_en=1)], start)[[0, -1]]]
    ['0x1001000000024004', '0x81000000180008']
    """
    return np.array([*map(write, body), *tail(start)], np.uint64)


def tail(
    start: GLOBAL_OPERATION_ENABLE, next_address: int | None = None, next_words: int = 0
) -> list[int]:
    """The last four words of a task; *next_address* and *next_words* are the next task's."""
    if next_address is None:
        return [FILLER, write(PC_REGISTER_AMOUNTS()), BARRIER, Start(start.word).word]
    if next_address % FETCH_ALIGNMENT:
        raise ValueError(f"next task at {next_address:#x}, wanted a multiple of {FETCH_ALIGNMENT}")
    return [
        write(PC_BASE_ADDRESS.decode(next_address)),
        write(PC_REGISTER_AMOUNTS(pc_data_amount=fetch_amount(next_words))),
        BARRIER,
        Start(start.word).word,
    ]


def fetch_amount(n_words: int, at_once: int = BEAT_WORDS) -> int:
    """What PC_REGISTER_AMOUNTS says of a task of *n_words* words, its tail counted.

    >>> fetch_amount(130)
    64
    """
    if n_words < 1:
        raise ValueError(f"a task of {n_words} words")
    return -(-n_words // at_once) - 1


def understood(words: Words, chip: Chip) -> Words:
    """A task's words as the family has them. Raises `DialectError` for what is not the chip's."""
    return words if chip.dialect is None else codec(chip.dialect).understood(words)


def decode(words: Words) -> list[Item]:
    """What every word of a one-dimensional array means; encoding the items gives it back."""
    return [_decode(word) for word in words.tolist()]


def _decode(word: int) -> Item:
    target = word >> TARGET_SHIFT
    value, offset = value_and_offset(word)
    if word == FILLER:
        return Filler()
    if reason := _objection(target, offset):
        return Strange(word, reason)
    if target == START_TARGET:
        return Start(value)
    if target == BARRIER_TARGET:
        return Strange(word, "a barrier that has a value") if value else Barrier()
    return Write(registers.block_at(offset), registers.find(offset), offset, value)


def value_and_offset(word: int) -> tuple[int, int]:
    """The lower two parts of a word, whatever its target."""
    return word >> OFFSET_BITS & WORD_MASK, word & OFFSET_MASK


def split(items: Sequence[Item]) -> list[list[Item]]:
    """A stream's tasks: each ends with its start and the fillers behind that."""
    tasks: list[list[Item]] = [[]]
    started = False
    for item in items:
        if started and not isinstance(item, Filler):
            tasks.append([])
            started = False
        tasks[-1].append(item)
        started = started or isinstance(item, Start)
    return tasks

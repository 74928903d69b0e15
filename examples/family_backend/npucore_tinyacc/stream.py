# SPDX-License-Identifier: MIT
"""Words: what a task writes to registers, as it lies in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_tinyacc import registers as r
from npucore_tinyacc.chip import LANES

Words = npt.NDArray[np.uint32]
"""(N, 2): the offset of a register, and its value."""
WRITE_BYTES = 8
BIAS_BYTES = 4
TASK_BYTES = WRITE_BYTES * len(r.ORDER)


R = TypeVar("R", bound=Register)


class Run(NamedTuple):
    """A task for the NPU: where its words lie, and how many writes they are."""

    address: int
    writes: int


def encode(registers: Sequence[Register]) -> Words:
    """Undo `decode`."""
    return np.array([(register.offset, register.word) for register in registers], np.uint32)


def decode(words: Words) -> list[Register]:
    """The register writes, in order. Raises `ValueError` for bits of no register or field.

    >>> from npucore_tinyacc.registers import CLAMP
    >>> decode(encode([CLAMP(low=-128, high=127)]))
    [CLAMP(low=-128, high=127)]
    """
    found = []
    for offset, value in words.tolist():
        if offset not in r.REGISTERS:
            raise ValueError(f"no register is at {offset:#x}")
        register = r.REGISTERS[offset].decode(value)
        if register.unknown_bits:
            raise ValueError(f"{register}: bits that mean nothing")
        found.append(register)
    return found


class Settings:
    """The registers after a task; 0 in those that it does not write."""

    def __init__(self, registers: Sequence[Register]) -> None:
        self._of = {type(register): register for register in registers}

    def __call__(self, kind: type[R]) -> R:
        found = self._of.get(kind, kind())
        assert isinstance(found, kind)
        return found


def extents(settings: Settings) -> dict[type[Register], int]:
    """Bytes that a task reads and writes from each of its addresses on."""
    into, out, channels = settings(r.IN_SIZE), settings(r.OUT_SIZE), settings(r.CHANNELS)
    read = second = into.rows * into.columns * channels.inputs
    if settings(r.GO).kind == r.CONVOLVE:
        window, outputs = settings(r.WINDOW), channels.outputs
        kernel = BIAS_BYTES + window.rows * window.columns * channels.inputs
        second = (outputs + -outputs % LANES) * kernel
    return {r.INPUT: read, r.SECOND: second, r.OUTPUT: out.rows * out.columns * channels.outputs}


def float_bits(number: float) -> int:
    """As registers hold a number.

    >>> hex(float_bits(0.5))
    '0x3f000000'
    """
    return int(np.float32(number).view(np.uint32))


def float_of(bits: int) -> np.float32:
    """Undo `float_bits`."""
    return np.uint32(bits).view(np.float32)

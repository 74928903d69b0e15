# SPDX-License-Identifier: MIT
"""The program counter: walks a task's words and keeps the registers they fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_rocket.chip import Chip
from npucore_rocket.chip.places import Dialect
from npucore_rocket.registers import BLOCKS, block_at, by_offset, cna, core, dpu_lut, pc
from npucore_rocket.registers.dialect import DialectError, codec
from npucore_rocket.sim.dpu_lut_port import Load, Tables, loads
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.stream import BARRIER, START_OFFSET, START_TARGET

Words = npt.NDArray[np.uint64]
AnyRegister = TypeVar("AnyRegister", bound=Register)

MOST_DECODED = 1 << 16
MOST_WALKED = 1 << 12
THE_KERNELS = (cna.CNA_S_POINTER, core.CORE_S_POINTER)
"""The driver writes these before each task, with the core's number; tasks that do so hang. Source:
facts of 2026-11, A11 (proven on the RK3588: 24 of 24)."""
IN_STREAM = (pc.PC_BASE_ADDRESS, pc.PC_REGISTER_AMOUNTS)  # all that a stream may say to the PC


def name_of(register: type[Register]) -> str:
    """``CNA_CONV_CON3`` -> ``CNA CONV_CON3``: block and register apart."""
    block = block_at(register.offset)
    return f"{block.name} {block.short(register)}"


@dataclass(frozen=True)
class Rule:
    """Values of some fields that the simulator knows the meaning of, and why it takes no others."""

    register: type[Register]
    fields: tuple[str, ...]
    why: str
    allowed: tuple[int, ...] = (0,)

    @cached_property
    def mask(self) -> int:
        """The fields' bits if only 0 is allowed, else the whole word's."""
        if self.allowed != (0,):
            return 0xFFFFFFFF
        bits = (self.register.fields[name] for name in self.fields)
        return sum(field.mask << field.lsb for field in bits)


def agree(wanted: int, found: int, wanted_by: str, found_in: str) -> None:
    """Refuse registers that contradict each other; what the chip would do then is unknown."""
    if wanted != found:
        raise SimulationError(f"{found_in} is {found}, but {wanted_by} wants {wanted}")


class RegisterFile:
    """One core's registers, of a *chip*. The two groups of a block are one: see `walk`.

    A register that no word has written is not read: what it holds after reset is unknown. *key*
    stands for all that they hold, where the last task has written every register that any task has.
    """

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.tables = Tables()
        self.key: bytes | None = None
        self._words: dict[int, int] = {}
        # values, which stay true
        self._decoded: dict[tuple[type[Register], int | None], Register] = {}

    def update(self, written: Mapping[int, int], key: bytes | None = None) -> None:
        """Write registers; *key* stands for what is written."""
        self._words.update(written)
        self.key = key if len(self._words) == len(written) else None

    def __getitem__(self, register: type[AnyRegister]) -> AnyRegister:
        word = self._words.get(register.offset)
        try:
            return cast(AnyRegister, self._decoded[register, word])
        except KeyError:
            return self._decode(register)

    def _decode(self, register: type[AnyRegister]) -> AnyRegister:
        word = self._word(register)
        if len(self._decoded) >= MOST_DECODED:
            self._decoded.clear()
        decoded = self._decoded[register, word] = register.decode(word)
        return decoded

    def _word(self, register: type[Register]) -> int:
        word = self._words.get(register.offset)
        if word is None:
            raise SimulationError(
                f"{name_of(register)} is needed, but no word has written it (reset value unknown)"
            )
        return word

    def check(self, rules: Sequence[Rule]) -> None:
        """Refuse the first field whose value no rule allows."""
        for rule in rules:
            word = self._word(rule.register)
            if not word & rule.mask and 0 in rule.allowed:
                continue
            for name in rule.fields:
                value = rule.register.fields[name].get(word)
                if value not in rule.allowed:
                    allowed = " or ".join(map(str, rule.allowed))
                    raise SimulationError(
                        f"{name_of(rule.register)}.{name} is {value}, "
                        f"but only {allowed} is simulated: {rule.why}"
                    )


@dataclass(frozen=True, slots=True, eq=False)
class _Map:
    """What the walk must know of every offset: its target and the bits that have a meaning."""

    targets: npt.NDArray[np.uint64]
    bits: npt.NDArray[np.uint64]


@cache
def _map() -> _Map:
    targets = np.zeros(1 << 16, np.uint64)
    bits = np.zeros(1 << 16, np.uint64)
    for block in BLOCKS:
        registers = IN_STREAM if block.name == "PC" else block.registers
        for register in registers if block.target is not None else ():
            if register in THE_KERNELS:
                continue
            targets[register.offset] = block.target or 0
            bits[register.offset] = register.field_bits
    bits[dpu_lut.DPU_LUT_ACCESS_DATA.offset] = 0xFFFFFFFF  # entries come sign-extended
    return _Map(targets, bits)


def walk(words: Words, file: RegisterFile) -> int:
    """Put what a task's *words* say into *file*; the start mask that they end with.

    Both register groups are kept as one, because every stream writes all that it uses before it
    starts. Addresses of a next task are read over: the mainline driver starts every task itself.
    """
    walked = _walked(words.tobytes(), file.chip.dialect)
    file.update(walked.written, walked.key)
    file.tables.load(walked.loads)
    return walked.mask


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """Registers that a task's words write, with their last values, and units that they start.

    *loads* has what they write to the look-up tables, all of it.
    """

    key: bytes
    written: Mapping[int, int]
    mask: int
    loads: tuple[Load, ...]


def _understood(words: Words, dialect: Dialect) -> Words:
    try:
        return codec(dialect).understood(words)
    except DialectError as error:
        raise SimulationError(str(error)) from error


@lru_cache(maxsize=MOST_WALKED)
def _walked(key: bytes, dialect: Dialect | None) -> Walked:
    words = np.frombuffer(key, np.uint64)
    if dialect is not None:
        words = _understood(words, dialect)
    targets = words >> np.uint64(48)
    values = words >> np.uint64(16) & np.uint64(0xFFFFFFFF)
    offsets = words & np.uint64(0xFFFF)
    starts = np.flatnonzero(targets == START_TARGET)
    if not starts.size:
        raise SimulationError(
            f"none of the task's {words.size} words starts a block (target {START_TARGET:#06x})"
        )
    end = int(starts[0])
    known = _map()
    plain = (words != 0) & (words != BARRIER)
    wrong = plain & (known.targets[offsets] != targets)
    unknown = plain & (values & ~known.bits[offsets] != 0)
    wrong[end], unknown[end] = offsets[end] != START_OFFSET, False
    wrong[end + 1 :] = plain[end + 1 :]
    if (bad := np.flatnonzero(wrong | unknown)).size:
        raise SimulationError(_refusal(int(bad[0]), int(words[bad[0]]), end))
    body = plain[:end]
    where, what = offsets[:end][body], values[:end][body]
    written = dict(zip(where.tolist(), what.tolist(), strict=True))
    return Walked(key, written, int(values[end]), loads(where, what))


def _refusal(place: int, word: int, end: int) -> str:
    """What is wrong with the word at *place* of a task whose start word is at *end*."""
    target, value, offset = word >> 48, word >> 16 & 0xFFFFFFFF, word & 0xFFFF
    said = f"word {place} ({word:#018x})"
    if place > end:
        return f"{said} follows the start word at {end}: nothing is known of such words"
    if target == BARRIER >> 48:
        return f"{said} has the barrier's target {target:#06x}, but its other bits are not 0"
    if target == START_TARGET:
        return f"{said} starts blocks at offset {offset:#06x}, wanted {START_OFFSET:#06x}"
    try:
        register = by_offset(offset)
    except KeyError:
        return f"{said}: no register is known at offset {offset:#06x}"
    block = block_at(offset)
    if block.target is None or (block.name == "PC" and register not in IN_STREAM):
        return f"{said}: a stream cannot write {name_of(register)}"
    if register in THE_KERNELS:
        return f"{said}: a stream that writes {name_of(register)} hangs"
    if target != block.target:
        return (
            f"{said} writes {name_of(register)} with target {target:#06x}, "
            f"but {block.name}'s is {block.target:#06x}"
        )
    return f"{said}: {name_of(register)} has bits set that mean nothing: " + hex(
        value & ~register.field_bits
    )

# SPDX-License-Identifier: MIT
"""Which of the known kinds a task is of, and what that says about each of its bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import WORD_MASK, Bits, Register
from npucore_rocket.chip import Chip
from npucore_rocket.registers.cna import CNA_CONV_CON1 as MODE
from npucore_rocket.registers.cna_converter import CNA_CVT_CON0 as CONVERTER
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_BRDMA_CFG as COEFFICIENTS
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_ERDMA_CFG as ADDEND
from npucore_rocket.registers.dpu_stages import DPU_EW_CFG as OPERATION
from npucore_rocket.validate import flying, halves, limits, looked_up, pooling, settings
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.limits import Limit
from npucore_rocket.validate.task import POOLING, Kind, Task
from npucore_rocket.validate.words import COLUMNS, DPU_AND_RDMA, PLACE, Reading, place
from npucore_rocket.validate.words import POOLING as POOLING_MASK

Int64s = npt.NDArray[np.int64]

DIRECT, DEPTHWISE, PACKED, PACKED_FOR_ADDITION = settings.FAMILIES
NONE, BIAS, MULTIPLIERS = settings.COEFFICIENTS
ALL_PER_CHANNEL = 7
HALF = 2  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What a kind fixes, per column of registers, and its limits, per field that differs.

    *fixed* has the bits that must be as in *wanted*; *columns*, *shifts*, *masks* and *highest*
    take a field out of its register.
    """

    fixed: npt.NDArray[np.uint32]
    wanted: npt.NDArray[np.uint32]
    limits: tuple[Limit, ...]
    columns: npt.NDArray[np.intp]
    shifts: Int64s
    masks: Int64s
    highest: Int64s
    lows: Int64s
    highs: Int64s


def _table(kind: Kind, step: int) -> Table:
    wanted = np.zeros(len(COLUMNS), np.uint32)
    for register in _settings(kind):
        wanted[PLACE[type(register)]] |= register.word
    fixed = np.full(len(COLUMNS), WORD_MASK, np.uint32)
    varying = tuple(_limits(kind, step))
    columns = [PLACE[_OWNER[limit.bits]] for limit in varying]
    for column, limit in zip(columns, varying, strict=True):
        fixed[column] &= ~(limit.bits.mask << limit.bits.lsb) & WORD_MASK
    numbers = [(*_place_in_word(limit.bits), limit.low, limit.high) for limit in varying]
    return Table(fixed, wanted, varying, np.array(columns), *np.array(numbers, np.int64).T)


def _place_in_word(bits: Bits) -> tuple[int, int, int]:
    return bits.lsb, bits.mask, bits.high


_OWNER = {bits: register for register in COLUMNS for bits in register.fields.values()}


def _settings(kind: Kind) -> Iterable[Register]:
    if kind.pools:
        return pooling.SETTINGS
    if kind.flies:
        return flying.SETTINGS + flying.FAMILIES[kind.family]
    return _convolution_settings(kind)


def _convolution_settings(kind: Kind) -> Iterator[Register]:
    yield from settings.ALWAYS
    yield from settings.FAMILIES[kind.family]
    yield from settings.COEFFICIENTS[kind.coefficients]
    yield from settings.TRANSPOSED if kind.transposed else ()
    if kind.addend:
        yield from settings.ADDEND
    else:
        yield from looked_up.SETTINGS if kind.looked_up else settings.NO_ADDEND
    yield from () if kind.looked_up else settings.NO_TABLE
    yield from halves.SETTINGS if kind.halves else halves.INTEGERS
    if kind.reads:
        yield from settings.READERS
        yield from () if kind.addend else settings.idle_readers(kind.family)
        yield from halves.READERS if kind.halves else ()


def _limits(kind: Kind, step: int) -> Iterable[Limit]:
    if kind.pools:
        return pooling.LIMITS
    if kind.flies:
        return flying.limits(kind.family)
    every = _convolution_limits(kind, step)
    return (halves.LIMITS.get(each.bits, each) for each in every) if kind.halves else every


def _convolution_limits(kind: Kind, step: int) -> Iterator[Limit]:
    yield from limits.ALWAYS
    yield limits.channels(step)
    if kind.reads:
        yield from limits.COEFFICIENTS
    if kind.multiplies:
        yield from limits.MULTIPLIERS
    if kind.addend:
        yield from limits.ADDEND
    if kind.transposed:
        yield from limits.TRANSPOSED
    if kind.looked_up:
        yield from looked_up.LIMITS


def _kinds() -> Iterator[Kind]:
    yield Kind(POOLING)
    yield from map(Kind, flying.FAMILIES)
    either = (False, True)
    every = product(settings.FAMILIES, settings.COEFFICIENTS, either, either, either)
    for kind in (Kind(*choice) for choice in every):
        packed = kind.packed and (kind.transposed or kind.looked_up)
        addend = kind.addend and (kind.looked_up or not kind.reads)
        if not (packed or addend):
            yield kind
        if not (kind.packed or kind.addend or kind.looked_up or kind.multiplies):
            yield replace(kind, halves=True)


@cache
def tables(step: int) -> dict[Kind, Table]:
    """Of chips on which channels come in such steps."""
    return {kind: _table(kind, step) for kind in _kinds()}


def _kind(reading: Reading) -> Kind:
    """The kind of which a task's deciding fields are; the others are held against it later."""
    if reading.mask == POOLING_MASK:
        return Kind(POOLING)
    if reading.mask == DPU_AND_RDMA:
        return Kind(flying.family(reading))
    family = DIRECT
    if packed := reading.field(MODE, MODE.argb_in):
        added = reading.field(CONVERTER, CONVERTER.cvt_truncate_0) == settings.ADDITION_TRUNCATE
        family = PACKED_FOR_ADDITION if added else PACKED
    elif reading.field(MODE, MODE.conv_mode) == settings.DEPTHWISE:
        family = DEPTHWISE
    transposed = not packed and reading.field(MODE, MODE.deconv) == 1
    table = not (packed or reading.field(OPERATION, OPERATION.ew_lut_bypass))
    if reading.field(MODE, MODE.in_precision) and family in (DIRECT, DEPTHWISE):
        given = BIAS if reading.rdma else NONE
        return Kind(family, given, transposed=transposed, halves=True)
    if not reading.rdma:
        return Kind(family, NONE, False, transposed, table)
    used = reading.field(COEFFICIENTS, COEFFICIENTS.brdma_data_use)
    coefficients = MULTIPLIERS if used == ALL_PER_CHANNEL else BIAS
    addend = not reading.field(ADDEND, ADDEND.erdma_disable)
    return Kind(family, coefficients, addend, transposed, table and not addend)


def classify(reading: Reading, chip: Chip) -> Task:
    """The task with what may differ in it. Raises `StreamError` for anything else that does."""
    kind = _kind(reading)
    if chip.dialect is not None and (kind.pools or kind.flies or kind.transposed or kind.looked_up):
        unknown = f"no such task of the {chip.name.upper()} is known"
        raise StreamError("settings", "the task", str(kind), unknown)
    if kind.halves:
        if chip.halves is None:
            unknown = f"how the {chip.name.upper()} computes with fp16 is not known"
            raise StreamError("settings", "the task", str(kind), unknown)
        chip = chip.of(HALF)
    table = tables(chip.channel_step)[kind]
    if kind.depthwise and kind.addend:
        raise StreamError(
            "settings",
            place(ADDEND, ADDEND.erdma_disable),
            "0",
            "a sibling read wrong addends in depthwise tasks",
        )
    if (wrong := (reading.values ^ table.wanted) & table.fixed).any():
        _refuse_setting(kind, table, reading, int(wrong.argmax()), int(wrong[wrong.argmax()]))
    raw = reading.values[table.columns].astype(np.int64) >> table.shifts & table.masks
    values = np.where(raw > table.highest, raw - table.masks - 1, raw)
    if (beyond := (values < table.lows) | (values > table.highs)).any():
        number = int(beyond.argmax())
        limit = table.limits[number]
        where = place(_OWNER[limit.bits], limit.bits)
        may = f"it may be {limit.low} to {limit.high}: {limit.why}"
        raise StreamError("limits", where, str(values[number]), may)
    fields = dict(zip((limit.bits for limit in table.limits), values.tolist(), strict=True))
    return Task(kind, fields, chip)


def _refuse_setting(
    kind: Kind, table: Table, reading: Reading, column: int, wrong: int
) -> NoReturn:
    register = COLUMNS[column]
    found = register.decode(int(reading.values[column]))
    wanted = register.decode(int(table.wanted[column]))
    if found.unknown_bits:
        limit = f"its bits {found.unknown_bits:#x} belong to no field"
        raise StreamError("settings", place(register), f"{found.word:#x}", limit)
    for bits in register.fields.values():
        if bits.mask << bits.lsb & wrong:
            value = str(bits.get(found.word))
            limit = f"it is {bits.get(wanted.word)} in every known task of this kind ({kind})"
            raise StreamError("settings", place(register, bits), value, limit)
    raise AssertionError("a wrong bit is in a field or in none")

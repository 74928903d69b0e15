# SPDX-License-Identifier: MIT
"""The tasks of a job, and what one leaves for the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npucore_rocket.chip import Chip
from npucore_rocket.registers import cna as c
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_ADDR0
from npucore_rocket.registers.dialect import DialectError
from npucore_rocket.stream import FETCH_ALIGNMENT, Words, fetch_amount, understood
from npucore_rocket.validate import cbuf, dpu_lut, extents, flying, relation, sizes
from npucore_rocket.validate.buffers import Buffer, Extent, trouble
from npucore_rocket.validate.error import StreamError
from npucore_rocket.validate.kinds import classify
from npucore_rocket.validate.task import Task
from npucore_rocket.validate.words import Reading, read, refuse

REUSE = c.CNA_CBUF_CON0.weight_reuse
KEPT = (
    (CNA_DCOMP_ADDR0, CNA_DCOMP_ADDR0.decompress_addr0),
    (c.CNA_WEIGHT_SIZE0, c.CNA_WEIGHT_SIZE0.weight_bytes),
    (c.CNA_WEIGHT_SIZE1, c.CNA_WEIGHT_SIZE1.weight_bytes_per_kernel),
    (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_width),
    (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_height),
    (c.CNA_WEIGHT_SIZE2, c.CNA_WEIGHT_SIZE2.weight_kernels),
    (c.CNA_CBUF_CON0, c.CNA_CBUF_CON0.weight_bank),
)
"""What must be as in the task before for its weights to be there still."""


@dataclass(frozen=True, slots=True, eq=False)
class Fetch:
    """A task's words, and where the program counter fetches them."""

    address: int
    words: Words

    @property
    def extent(self) -> Extent:
        """The bytes that are fetched: pairs of words."""
        pairs = fetch_amount(self.words.size) + 1
        return Extent(self.address, self.address + pairs * FETCH_ALIGNMENT)


def validate_job(job: Sequence[Fetch], buffers: Sequence[Buffer], chip: Chip) -> None:
    """Raise `StreamError` unless every task of *job* may run, in this order."""
    before: Task | None = None
    loaded = False
    for number, fetch in enumerate(job):
        following = job[number + 1] if number + 1 < len(job) else None
        try:
            reading = read(_understood(fetch.words, chip))
            task = _task(reading, fetch, following, buffers, chip)
            _check(task, fetch, buffers)
            _check_tables(task, reading.tables, loaded)
            if task.fields.get(REUSE):
                _check_reuse(task, before, chip)
        except StreamError as error:
            raise error.of_task(number) from None
        before, loaded = task, loaded or reading.tables is not None


def _check(task: Task, fetch: Fetch, buffers: Sequence[Buffer]) -> None:
    for rules in sizes.relations(task):
        relation.check(task, rules, sizes.CONCERN)
    if task.kind.convolves:
        relation.check(task, cbuf.relations(task.chip), cbuf.CONCERN)
    extents.check(task, fetch.extent, buffers)


def _check_tables(task: Task, tables: dpu_lut.Entries | None, loaded: bool) -> None:
    """Tables are a job's: no other finds them. *loaded* tells of the tasks before."""
    used = task.kind.looked_up or task.kind.family in (flying.TABLE, flying.HALF_TABLE)
    if tables is not None:
        if not used:
            limit = "tables are loaded by the task that uses them first"
            raise StreamError(dpu_lut.CONCERN, "the task", f"{task.kind}, with tables", limit)
        dpu_lut.check(tables)
    elif used and not loaded:
        limit = "this job has loaded no table, and another's is not there"
        raise StreamError(dpu_lut.CONCERN, "DPU_EW_CFG.ew_lut_bypass", "0", limit)


def _task(
    reading: Reading,
    fetch: Fetch,
    following: Fetch | None,
    buffers: Sequence[Buffer],
    chip: Chip,
) -> Task:
    _check_next(reading, following, chip)
    if fetch.address % FETCH_ALIGNMENT:
        refuse("the stream's address", f"{fetch.address:#x}", "words lie at multiples of 16")
    if reason := trouble(fetch.extent, buffers, writes=False):
        refuse("the stream's address", f"{fetch.address:#x}", reason)
    return classify(reading, chip)


def _understood(words: Words, chip: Chip) -> Words:
    try:
        return understood(words, chip)
    except DialectError as error:
        refuse("the stream", str(error), f"it is for the {chip.name.upper()}")


def _check_next(reading: Reading, following: Fetch | None, chip: Chip) -> None:
    """A tail names the next task, or none; mainline Linux looks at neither."""
    if not reading.next_address and not reading.next_amount:
        return
    address = amount = 0
    if following is not None:
        address, amount = following.address, fetch_amount(following.words.size, chip.fetch_words)
    if reading.next_address != address:
        wanted = f"the next task is at {address:#x}" if address else "no task follows"
        refuse("PC_BASE_ADDRESS", f"{reading.next_address:#x}", wanted)
    if reading.next_amount != amount:
        refuse("PC_REGISTER_AMOUNTS", f"{reading.next_amount}", f"the next task takes {amount}")


def _check_reuse(task: Task, before: Task | None, chip: Chip) -> None:
    where = "CNA_CBUF_CON0.weight_reuse"
    if before is None:
        raise StreamError("reuse", where, "1", "no task of this job loaded weights before")
    if before.kind.family != task.kind.family:
        raise StreamError("reuse", where, "1", f"the task before is {before.kind.family}")
    for register, bits in KEPT:
        if task[bits] != before[bits]:
            name = f"{register.__name__}.{bits.name}"
            limit = f"{name} is {task[bits]}, and was {before[bits]} in the task before"
            raise StreamError("reuse", where, "1", limit)
    room = task[c.CNA_CBUF_CON0.weight_bank] * chip.cbuf_bank_bytes
    if (size := task[c.CNA_WEIGHT_SIZE0.weight_bytes]) > room:
        raise StreamError("reuse", where, "1", f"{size} bytes of weights do not stay in {room}")

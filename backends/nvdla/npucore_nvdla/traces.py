# SPDX-License-Identifier: MIT
"""Byte traces: writes to registers, loads, waits and checks, as the maker's test benches play them.

=====  =========================================================================================
byte   what follows it, in numbers of 32 bits, the lowest byte first
=====  =========================================================================================
1      nothing: wait for the interrupt
2      register's offset / 4, value: write
3      register's offset / 4, mask, value: read until it is so
5      address, length, bytes: load memory
6      syncpoint, mask of the interrupt's status
7      offsets / 4 of the interrupt's status and mask
8      syncpoint, address, length, CRC-32: what memory has to hold then
9      syncpoint: nothing is checked
255    nothing: the end
=====  =========================================================================================

Source: the shared reference's note on golden/nvdla; new_trace_to_verilator.py of nvdla/hw. Byte 4
(dump memory) has two forms there, so it is not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from npucore.errors import InvalidModelError

WAIT, WRITE, READ, LOAD, SYNCPOINT, INTERRUPT, CHECK, NO_CHECK, END = 1, 2, 3, 5, 6, 7, 8, 9, 255
NUMBERS = {WAIT: 0, WRITE: 2, READ: 3, LOAD: 2, SYNCPOINT: 2, INTERRUPT: 2, CHECK: 4, NO_CHECK: 1,
           END: 0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One entry; *data* is what a load brings."""

    kind: int
    numbers: tuple[int, ...] = ()
    data: bytes = b""


def read(trace: bytes) -> list[Record]:
    """Undo `write`. Raises `InvalidModelError`.

    >>> read(write([Record(WRITE, (0x401, 1)), Record(LOAD, (64, 2), b"ab"), Record(END)]))[1]
    Record(kind=5, numbers=(64, 2), data=b'ab')
    """
    found: list[Record] = []
    place = 0
    while place < len(trace):
        kind = trace[place]
        if kind not in NUMBERS:
            raise InvalidModelError(f"nvdla: byte {place} of the trace is {kind}, no known entry")
        form = struct.Struct(f"<{NUMBERS[kind]}I")
        if place + 1 + form.size > len(trace):
            raise InvalidModelError(f"nvdla: the trace ends inside its entry at byte {place}")
        numbers = form.unpack_from(trace, place + 1)
        place += 1 + form.size
        size = numbers[1] if kind == LOAD else 0
        data = trace[place : place + size]
        if len(data) < size:
            raise InvalidModelError(f"nvdla: a load of {size} bytes, but {len(data)} are left")
        place += size
        found.append(Record(kind, numbers, data))
        if kind == END:
            break
    if not found or found[-1].kind != END or place != len(trace):
        raise InvalidModelError("nvdla: the trace does not end with byte 255")
    return found


def write(records: Iterable[Record]) -> bytes:
    """The bytes."""
    return b"".join(
        bytes([r.kind]) + struct.pack(f"<{len(r.numbers)}I", *r.numbers) + r.data for r in records
    )

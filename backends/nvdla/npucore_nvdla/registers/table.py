# SPDX-License-Identifier: MIT
"""Registers of blocks that nothing here writes, made of rows of text."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


def made(rows: str) -> dict[str, type[Register]]:
    """By name.

    >>> made("E000 1 S_STATUS idle=1:0 busy=16:16")["S_STATUS"].decode(2)
    S_STATUS(idle=2)
    """
    return {name: _register(name, offset, fields) for offset, _, name, *fields in _rows(rows)}


def resets(rows: str, table: dict[str, type[Register]]) -> dict[type[Register], int]:
    """The registers whose value at reset is not 0."""
    return {table[name]: int(reset, 16) for _, reset, name, *_ in _rows(rows) if int(reset, 16)}


def _rows(rows: str) -> Iterator[list[str]]:
    for row in rows.strip().replace("\n  ", " ").splitlines():
        yield row.split()


def _register(name: str, offset: str, fields: list[str]) -> type[Register]:
    bits = {}
    for field in fields:
        label, _, place = field.partition("=")
        msb, _, lsb = place.partition(":")
        bits[label] = Bits(int(msb), int(lsb), source=OPENDLA)
        bits[label].name = label
    made: type[Register] = type(name, (Register,), bits, offset=int(offset, 16))
    return made

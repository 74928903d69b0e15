# SPDX-License-Identifier: MIT
"""Read a V8 stream of coefficients: a fixed prefix code of eight symbols, values in pairs.

A symbol stands for a length; what length, the header says. Source: vsim hardware reference 6.2
(every stream of VeriSilicon's compiler for the i.MX8MP decodes to its weights).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import SimulationError
from npucore_vsim.sim.weights_v7 import Bytes, Coefficients, Form, Int64s

HEADER_BYTES = 64
SIZES_OFFSET = 28
Int16s = npt.NDArray[np.int16]
MOST_BITS = 24  # that a value takes, code and rest; and what fills the last word up
GROUP = 9  # weights of one kernel that stand together
RAW, RUN, LONG_RUN = 7, 0, 8  # lengths that mean something else where there are runs


@dataclass(frozen=True, slots=True)
class Header:
    """How values are coded. *runs* are lengths less one; empty if there are none."""

    version: int
    runs: tuple[int, ...]
    lengths: tuple[int, ...]  # of each symbol
    bits: tuple[int, ...]  # of each core's stream
    flags: int

    @classmethod
    def read(cls, data: Bytes, cores: int) -> Header:
        """The first 64 bytes."""
        symbols = int(data[20:24].view("<u4")[0])
        sizes = data[SIZES_OFFSET : SIZES_OFFSET + 4 * cores].view("<u4")
        return cls(
            version=int(data[0]) >> 4,
            runs=tuple(data[2 : 2 + min(int(data[1]), 18)].tolist()),
            lengths=tuple(symbols >> 4 * i & 15 for i in range(8)),
            bits=tuple(sizes.tolist()),
            flags=int(data[0]) & 15,
        )


@dataclass(frozen=True, slots=True)
class _Symbol:
    """How the rest of a value is read: *width* bits, the lowest one known if *free*."""

    length: int
    width: int
    free: bool


class _Reader:
    """The pair coder of one header."""

    def __init__(self, header: Header) -> None:
        self._runs = header.runs
        widths = {RUN: 1, RAW: 8, LONG_RUN: max((len(header.runs) - 3).bit_length(), 0)}
        self._symbols = [
            _Symbol(
                length,
                widths.get(length, length) if header.runs else max(length, 1),
                number in (0, 1, 5),
            )
            for number, length in enumerate(header.lengths)
        ]
        self._codes = [self._code(code, rest) for code in range(8) for rest in range(4)]

    def _code(self, code: int, rest: int) -> tuple[_Symbol, int]:
        """The symbol of 3 bits, and 2 more where those are 2; and the bit that came with it."""
        if code & 3 in (0, 1):
            return self._symbols[code & 3], code >> 2
        if code != 2:
            return self._symbols[{7: 2, 3: 3, 6: 4}[code]], 0
        if rest & 1:
            return self._symbols[5], rest >> 1
        return self._symbols[6 if rest == 2 else 7], 0

    def values(self, data: Bytes, bits: int) -> Bytes:
        """Every value of a stream: bytes, zeros of runs included."""
        padded = np.concatenate([data[: -(-bits // 8)], np.zeros(16, np.uint8)])
        words = padded[: padded.size // 4 * 4].view("<u4").astype(np.uint64)
        windows = (words[:-1] | words[1:] << np.uint64(32)).tolist()
        at, out = 0, bytearray()
        older: tuple[int, ...] = ()  # codes that wait for their values
        old: tuple[int, ...] = ()  # codes that may wait for 2 more bits
        while at < bits:
            window = windows[at >> 5] >> (at & 31)
            new = (window & 7, window >> 3 & 7)
            window >>= 6
            used = 6
            full = []
            for code in old:
                if code == 2:
                    full.append(code << 2 | window & 3)
                    window >>= 2
                    used += 2
                else:
                    full.append(code << 2)
            for code in older:
                symbol, bit = self._codes[code]
                width = symbol.width - 1 if symbol.free and symbol.width else symbol.width
                value = window & (1 << width) - 1
                window >>= width
                used += width
                self._put(out, symbol, value << 1 | bit if symbol.free and symbol.width else value)
            old, older = new, tuple(full)
            at += used
        return np.frombuffer(bytes(out), np.uint8)

    def _put(self, out: bytearray, symbol: _Symbol, value: int) -> None:
        length = symbol.length
        if not self._runs:
            large = value >> 1 | 1 << length - 1 if length else 0
            out.append(large ^ 0xFF if value & 1 else large)
        elif length in (RUN, LONG_RUN):
            index = value + (2 if length else 0)
            if index >= len(self._runs):
                raise SimulationError(f"run {index} of a table of {len(self._runs)}")
            out.extend(bytes(self._runs[index] + 1))
        elif length == RAW:
            out.append(value & 0xFF)
        else:
            large = value >> 1 | 1 << length - 1
            out.append(-large & 0xFF if value & 1 else large)


def decode(data: Bytes, form: Form, cores: int, depthwise: bool) -> Coefficients:
    """The buffer's contents; output channel k lies k planes behind the output's address."""
    header = Header.read(data, cores)
    if header.flags:
        raise SimulationError(f"coefficients with flags {header.flags:#x}, wanted none")
    channels = 1 if depthwise else form.channels
    size = channels * form.rows * form.columns
    weights = np.zeros((form.kernels, size), np.int16)
    reader, at = _Reader(header), HEADER_BYTES
    for core, bits in enumerate(header.bits[: min(form.kernels, cores)]):
        mine = _channels(core, form.kernels, cores, depthwise)
        if bits > MOST_BITS * (len(mine) * (-(-size // GROUP) * GROUP) + 2):
            raise SimulationError(f"core {core} has {bits} bits for {len(mine)} x {size} weights")
        values = reader.values(data[at : at + -(-bits // 8)], bits)
        at += -(-bits // 512) * 64
        if values.size < 2:
            raise SimulationError(f"core {core} has no count of its kernels")
        count = int(values[0]) | int(values[1]) << 8
        if count != len(mine):
            raise SimulationError(f"core {core} has {count} kernels, wanted {len(mine)}")
        _place(weights, values[2:], mine, form)
    bias: Int64s = data[at : at + 4 * form.kernels].view("<i4").astype(np.int64)
    signed = _centered(weights.reshape(form.kernels, channels, form.rows, form.columns), form)
    return Coefficients(signed, bias, np.arange(form.kernels))


def _centered(values: Int16s, form: Form) -> Int16s:
    """Values modulo 256 -> weights less their zero point."""
    stored = (values + form.zero_point) & 0xFF
    centered: Int16s = (stored - form.zero_point).astype(np.int16)
    return centered


def _channels(core: int, kernels: int, cores: int, depthwise: bool) -> list[int]:
    """The output channels of a core: a run of them, or if depthwise one of each n, from the last.

    16 depthwise channels on 6 cores: core 0 has 5, 11 and 15.
    """
    if depthwise:
        lasts = (min(first + cores, kernels) - 1 for first in range(0, kernels, cores))
        return [last - core for last in lasts if last - core >= last // cores * cores]
    each, more = divmod(kernels, cores)
    first = core * each + min(core, more)
    return list(range(first, first + each + (core < more)))


def _place(weights: Int16s, values: Bytes, mine: list[int], form: Form) -> None:
    """Groups of nine weights, kernel by kernel, superblock by superblock."""
    size, at = weights.shape[1], 0
    groups = -(-size // GROUP)
    for share in _superblocks(mine, form.kernels_per_core):
        count = groups * len(share) * GROUP
        block = values[at : at + count]
        if block.size != count:
            raise SimulationError(f"{values.size} weights of a core, wanted more")
        ordered = block.reshape(groups, len(share), GROUP).transpose(1, 0, 2)
        weights[share] = ordered.reshape(len(share), -1)[:, :size]
        at += count


def _superblocks(mine: list[int], most: int) -> Iterator[list[int]]:
    count = max(-(-len(mine) // max(most, 1)), 1)
    full = -(-len(mine) // count)
    for first in range(0, len(mine), max(full, 1)):
        yield mine[first : first + full]

# SPDX-License-Identifier: MIT
"""Coefficients of V8 chips: a prefix code of eight symbols, each of which stands for a length.

Values go in pairs through a pipeline: the symbols of one pair, what is left of the symbols of the
one before, the bits of the one before that. Source: vsim hardware reference 6.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from npucore.hw.bits import pack
from npucore_vsim.coefs.kernels import Bytes, Kernels, aligned

VERSION = 1
HEADER_WORDS = 16
COUNT_BYTES = 2
GROUP = 9  # weights of one kernel that stand together
RAW, RUN, LONG_RUN = 7, 0, 8  # lengths that mean something else where there are runs
Numbers = npt.NDArray[np.int64]

# By symbol: three bits, how many more follow, and those. Symbols 0, 1 and 5 have a free bit, which
# holds the lowest bit of the value.
CODES = np.array([0, 1, 7, 3, 6, 2, 2, 2])
REST_WIDTHS = np.array([0, 0, 0, 0, 0, 2, 2, 2])
RESTS = np.array([0, 0, 0, 0, 0, 1, 2, 0])
FREE_IN_CODE = np.array([4, 4, 0, 0, 0, 0, 0, 0])
FREE_IN_REST = np.array([0, 0, 0, 0, 0, 2, 0, 0])
FREE = FREE_IN_CODE + FREE_IN_REST > 0


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One core's values, and which of them stand by themselves instead of in a run of zeros.

    Besides what is not 0 those are the two bytes of the count, and the last value of each kernel
    that is not depthwise, what fills up its last nine included: so the vendor does it.
    """

    values: Bytes
    stands: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Code:
    """What the header chooses.

    Parameters
    ----------
    lengths
        Of each symbol.
    runs
        Runs of zeros that have an index, each less one; empty for none at all. The first two are
        cheapest.
    """

    lengths: tuple[int, ...]
    runs: tuple[int, ...] = ()

    def symbols(self) -> Numbers:
        """(16,) the symbol of a length, -1 if it has none."""
        table = np.full(16, -1)
        table[list(self.lengths)] = np.arange(len(self.lengths))
        return table

    @property
    def long_width(self) -> int:
        """Bits of the index of a run beyond the first two."""
        return max((len(self.runs) - 3).bit_length(), 0)


def encode(kernels: Kernels, cores: int, kernels_per_core: int, code: Code | None = None) -> Bytes:
    """The whole buffer; without *code*, no runs, and short symbols for frequent lengths."""
    parts = [
        _core_values(kernels, shares, count)
        for shares, count in _shares(kernels, cores, kernels_per_core)
    ]
    if code is None:
        code = choose(np.concatenate([part.values for part in parts]))
    packed = [_packed(part, code) for part in parts]
    header = np.zeros(HEADER_WORDS, np.uint32)
    start = header.view(np.uint8)
    start[0] = VERSION << 4
    start[1] = len(code.runs)
    start[2 : 2 + len(code.runs)] = code.runs
    header[5] = sum(length << 4 * symbol for symbol, length in enumerate(code.lengths))
    header[7 : 7 + len(packed)] = [bits for _, bits in packed]
    bias = np.ascontiguousarray(kernels.bias).view(np.uint8)
    return np.concatenate([start, *(stream for stream, _ in packed), aligned(bias)])


def choose(values: Bytes) -> Code:
    """No runs; the most frequent length has the shortest symbol."""
    lengths, _, _ = _plain(values)
    often = np.bincount(lengths, minlength=8)
    return Code(tuple(sorted(range(8), key=lambda length: (-often[length], length))))


def _shares(
    kernels: Kernels, cores: int, kernels_per_core: int
) -> Iterator[tuple[list[list[int]], int]]:
    """The channels of each core's superblocks, and how many those are together."""
    for core in range(min(cores, kernels.count)):
        mine = _channels(kernels, core, cores)
        superblocks = max(-(-len(mine) // kernels_per_core), 1)
        full = -(-len(mine) // superblocks)
        yield [mine[at : at + full] for at in range(0, len(mine), full)], len(mine)


def _channels(kernels: Kernels, core: int, cores: int) -> list[int]:
    if kernels.depthwise:
        mine = []
        for first in range(0, kernels.count, cores):
            group = range(first, min(first + cores, kernels.count))[::-1]
            mine += list(group[core : core + 1])
        return mine
    each, more = divmod(kernels.count, cores)
    first = core * each + min(core, more)
    return list(range(first, first + each + (core < more)))


def _core_values(kernels: Kernels, shares: Sequence[list[int]], count: int) -> _Part:
    """The number of kernels, then nine weights of each kernel, nine more of each, and so on."""
    parts = [np.array([count & 0xFF, count >> 8], np.uint8)]
    stands = [np.ones(COUNT_BYTES, np.bool_)]
    for share in shares:
        flat = kernels.weights[share].reshape(len(share), -1) - np.uint8(kernels.zero_point)
        groups = -(-flat.shape[1] // GROUP)
        full = np.zeros((len(share), groups * GROUP), np.uint8)
        full[:, : flat.shape[1]] = flat
        parts.append(full.reshape(len(share), groups, GROUP).transpose(1, 0, 2).reshape(-1))
        ends = parts[-1] != 0
        if not kernels.depthwise:
            ends[-len(share) * GROUP :].reshape(len(share), GROUP)[:, -1] = True
        stands.append(ends)
    return _Part(np.concatenate(parts), np.concatenate(stands))


def _plain(values: Bytes) -> tuple[Numbers, Numbers, Numbers]:
    """Lengths, bits and their widths: a sign at the bottom, the magnitude without its first 1."""
    signs = (values >= 0x80).astype(np.int64)
    large = np.where(signs, values ^ 0xFF, values).astype(np.int64)
    lengths = _bit_lengths(large)
    rest = large - (1 << np.maximum(lengths - 1, 0)) * (lengths > 0)
    return lengths, rest << 1 | signs, np.maximum(lengths, 1)


def _with_runs(part: _Part, code: Code) -> tuple[Numbers, Numbers, Numbers]:
    """Likewise, where zeros stand in runs; what has no symbol is a raw byte."""
    tokens: list[tuple[int, int, int]] = []
    behind = 0
    for at in np.flatnonzero(part.stands).tolist():
        tokens += _zeros(at - behind, code)
        tokens.append(_token(int(part.values[at]), code))
        behind = at + 1
    tokens += _zeros(part.values.size - behind, code)
    lengths, bits, widths = np.array(tokens, np.int64).T
    return lengths, bits, widths


def _token(value: int, code: Code) -> tuple[int, int, int]:
    """The length, bits and width of one value that is in no run."""
    sign = value >> 7
    large = 256 - value if sign else value
    length = large.bit_length()
    if length in (0, RAW, LONG_RUN) or length not in code.lengths:
        return RAW, value, 8
    return length, (large - (1 << length - 1)) << 1 | sign, length


def _zeros(count: int, code: Code) -> Iterator[tuple[int, int, int]]:
    """The longest runs that fit, one behind the other; single zeros if none does."""
    indices = sorted(range(len(code.runs)), key=lambda index: -code.runs[index])
    usable = [i for i in indices if (RUN if i < 2 else LONG_RUN) in code.lengths]
    while count:
        index = next((i for i in usable if code.runs[i] < count), None)
        if index is None:
            yield _token(0, code)
            count -= 1
        else:
            count -= code.runs[index] + 1
            yield (LONG_RUN, index - 2, code.long_width) if index >= 2 else (RUN, index, 1)


def _packed(part: _Part, code: Code) -> tuple[Bytes, int]:
    """A core's stream, aligned, and its bits.

    An odd number of values ends in a 0 more. Two pairs of no value push the last ones out, and the
    free bits of theirs say whether there was one: so the vendor does it.
    """
    lengths, bits, widths = _with_runs(part, code) if code.runs else _plain(part.values)
    odd = lengths.size % 2
    if odd:
        last = _token(0, code) if code.runs else (0, 0, 1)
        lengths, bits, widths = (
            np.append(numbers, one)
            for numbers, one in zip((lengths, bits, widths), last, strict=True)
        )
    symbols = code.symbols()[lengths]
    free = FREE[symbols] & (widths > 0)
    low = np.where(free, bits & 1, 0)
    pairs = symbols.size // 2
    items = np.zeros((2, pairs + 2, 6), np.int64)  # values and widths
    items[1, :, :2] = 3
    items[0, pairs:, :2] = FREE_IN_CODE[0] if odd else 0
    items[0, :pairs, :2] = (CODES[symbols] | low * FREE_IN_CODE[symbols]).reshape(-1, 2)
    items[0, 1 : pairs + 1, 2:4] = (RESTS[symbols] | low * FREE_IN_REST[symbols]).reshape(-1, 2)
    items[1, 1 : pairs + 1, 2:4] = REST_WIDTHS[symbols].reshape(-1, 2)
    items[0, 2:, 4:] = np.where(free, bits >> 1, bits).reshape(-1, 2)
    items[1, 2:, 4:] = (widths - free).reshape(-1, 2)
    return aligned(pack(items[0].reshape(-1), items[1].reshape(-1))), int(items[1].sum())


def _bit_lengths(values: Numbers) -> Numbers:
    """(N,) bits that numbers from 0 to 255 take."""
    table = np.array([value.bit_length() for value in range(256)])
    lengths: Numbers = table[values]
    return lengths

# SPDX-License-Identifier: MIT
"""The configurations of the family; every other file takes its sizes from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """One configuration of NVDLA.

    Parameters
    ----------
    compatible
        What device trees call it.
    atom_bytes
        Channels of an int8 map that lie side by side.
    atomic_c, atomic_k
        Channels and kernels that the MACs take in a cycle.
    banks, bank_entries, entry_bytes
        The convolution buffer.
    post_throughput, pool_throughput
        Results of SDP and PDP in a cycle.
    bus_bytes
        To or from memory in a cycle.
    tables
        Whether the single-point processor has its third stage, with look-up tables.
    """

    name: str
    compatible: str
    atom_bytes: int
    atomic_c: int
    atomic_k: int
    banks: int
    bank_entries: int
    entry_bytes: int
    post_throughput: int
    pool_throughput: int
    bus_bytes: int
    tables: bool

    @property
    def bank_bytes(self) -> int:
        """Of weights, or of maps."""
        return self.bank_entries * self.entry_bytes


# Source: hardware reference 2.3; nv_small.spec, nv_large.spec (throughputs, widths of the bus).
SMALL = Chip("small", "nvidia,nv_small", 8, 8, 8, 32, 512, 8, 1, 1, 8, tables=False)
LARGE = Chip("large", "nvidia,nv_large", 32, 64, 32, 16, 512, 64, 16, 8, 32, tables=True)
# The full configuration shares what the reference says of both; its further types are not used.
FULL = Chip("full", "nvidia,nv_full", 32, 64, 32, 16, 256, 128, 16, 8, 64, tables=True)
CHIPS = {chip.name: chip for chip in (SMALL, LARGE, FULL)}

CLOCK = 1e9  # Hz, of the maker's published rates; an FPGA has a tenth of it
WEIGHTS_ALIGNMENT = 128  # bytes. Source: hardware reference 2.4
MOST_SIDE = 1 << 13  # rows, columns, channels, kernels: fields of 13 bits hold one less
MOST_KERNEL = 1 << 5  # rows and columns of a kernel, and steps of a dilation: 5 bits
MOST_STRIDE = 1 << 3
MOST_PADDING = (1 << 5) - 1  # above and to the left; behind there is a bit more
MOST_POOL = 1 << 3  # rows and columns of a window
MOST_POOL_STRIDE = 1 << 4
MOST_POOL_PADDING = (1 << 3) - 1

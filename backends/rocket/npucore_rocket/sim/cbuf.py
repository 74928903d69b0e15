# SPDX-License-Identifier: MIT
"""The convolution buffer: whether a task's features and weights have room in the banks it takes.

Nothing of its contents is simulated but the weights that a task leaves for the next.
"""

from __future__ import annotations

from npucore_rocket.registers import cna as r
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile

ENTRY_ATOMS = 4  # the unit of CBUF_CON1.data_entries: 64 bytes of atoms of 16
MOST_ENTRIES = 2047  # facts of 2026-11, A4 (proven on the RK3588, for five dtypes)


def check(conv: Convolution, file: RegisterFile) -> bool:
    """Refuse what does not fit; whether all weights do.

    The features of a task must fit as a whole. Weights need not: the CNA streams groups of kernels,
    so that one group must fit (Mesa's and the vendor's streams do that). Source: rocket.md 4.3.
    """
    banks, chip = file[r.CNA_CBUF_CON0], file.chip
    both = banks.data_bank + banks.weight_bank
    if both > chip.cbuf_banks:
        raise SimulationError(
            f"CNA CBUF_CON0.data_bank + weight_bank is {banks.data_bank} + {banks.weight_bank} "
            f"= {both}, but CBUF has {chip.cbuf_banks} banks"
        )
    before_last = (-(-conv.surfaces // 4) - 1) * conv.size[1]
    if before_last > MOST_ENTRIES:
        raise SimulationError(
            f"a line of {conv.size[1]} pixels of {conv.channels} channels takes {before_last} "
            f"entries before its last four atoms, which are read wrong beyond {MOST_ENTRIES}"
        )
    features = feature_bytes(conv, file)
    if features > banks.data_bank * chip.cbuf_bank_bytes:
        raise SimulationError(
            f"CNA CBUF_CON0.data_bank is {banks.data_bank} "
            f"({banks.data_bank * chip.cbuf_bank_bytes} bytes), but the task's "
            f"{conv.size[0]} lines take {features} bytes"
        )
    room = banks.weight_bank * chip.cbuf_bank_bytes
    one = file[r.CNA_WEIGHT_SIZE1].weight_bytes_per_kernel
    together = min(conv.kernels, chip.of(conv.element_bytes).kernel_group)
    group = one if conv.depthwise else one * together
    if group > room:
        raise SimulationError(
            f"CNA CBUF_CON0.weight_bank is {banks.weight_bank} ({room} bytes), "
            f"but one group of kernels takes {group} bytes"
        )
    return file[r.CNA_WEIGHT_SIZE0].weight_bytes <= room


def feature_bytes(conv: Convolution, file: RegisterFile) -> int:
    """What the task's lines take in CBUF.

    With packed pixels DATA_ENTRIES is width times height in all captures, and their bank counts fit
    an atom per pixel: a guess.
    """
    height, width = conv.size
    if file[r.CNA_CONV_CON1].argb_in:
        return height * width * file.chip.atom_bytes
    entries = file[r.CNA_CBUF_CON1].data_entries
    entry = ENTRY_ATOMS * file.chip.atom_bytes
    least = -(-width * conv.channels * conv.element_bytes // entry)
    if entries < least:
        raise SimulationError(
            f"CNA CBUF_CON1.data_entries is {entries}, but a line of {width} pixels of "
            f"{conv.channels} channels takes {least} entries of {entry} bytes"
        )
    return entries * entry * height

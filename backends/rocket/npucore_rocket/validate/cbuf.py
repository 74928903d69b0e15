# SPDX-License-Identifier: MIT
"""The convolution buffer: what a task keeps in it fits into the banks that it takes.

Source: rocket hardware reference 4.3, 5.5.
"""

from __future__ import annotations

from npucore_rocket.chip import Chip
from npucore_rocket.registers.cna import CNA_CBUF_CON0, CNA_DATA_SIZE0
from npucore_rocket.validate.formulas import HEIGHT, KERNEL_BYTES, KERNELS, KH, KW, WIDTH
from npucore_rocket.validate.relation import Relation, same
from npucore_rocket.validate.task import Task, up

CONCERN = "cbuf"
ENTRY_ATOMS = 8  # 128 bytes of atoms of 16
SLACK_PERCENT = 3
"""Of a bank: one fuller garbles the last rows of maps one pixel wide. Source: facts of 2026-11, A4
(proven on the RK3588)."""
MOST_ENTRIES = 2047
"""Units of four atoms of a line before its last four: beyond, those are read wrong. Source: as
above."""
DATA = CNA_CBUF_CON0.data_bank
WEIGHTS = CNA_CBUF_CON0.weight_bank


def entries_per_line(t: Task) -> int:
    """Entries of eight atoms of a line; three atoms that are left of four take four places."""
    whole, rest = divmod(t.in_surfaces, ENTRY_ATOMS)
    return whole * t[WIDTH] + (t[WIDTH] if rest % 4 == 3 else up(rest * t[WIDTH], ENTRY_ATOMS))


def _data_banks(t: Task, chip: Chip) -> int:
    taken = entries_per_line(t) * t[HEIGHT] * ENTRY_ATOMS * chip.atom_bytes
    slack = chip.cbuf_bank_bytes * SLACK_PERCENT // 100 if t[WIDTH] == 1 else 0
    return up(taken + slack, chip.cbuf_bank_bytes)


def resident_weight_bytes(t: Task, chip: Chip) -> int:
    """The weights that the MACs work on at a time: a group of kernels, or of channels."""
    if t.kind.depthwise:
        group = t[KW] * t[KH] * chip.depthwise_group * chip.element_bytes
        return min(group, t[KERNEL_BYTES])
    return t[KERNEL_BYTES] * min(chip.kernel_group, t[KERNELS])


def relations(chip: Chip) -> tuple[Relation, ...]:
    """How a chip's buffer is divided."""
    banks = chip.cbuf_banks
    return (
        Relation(
            CNA_DATA_SIZE0,
            WIDTH,
            lambda _: 1,
            lambda t: MOST_ENTRIES // max(1, up(t.in_surfaces, 4) - 1),
            f"{MOST_ENTRIES} entries of a line before its last four atoms",
        ),
        Relation(
            CNA_CBUF_CON0,
            DATA,
            lambda t: _data_banks(t, chip),
            lambda _: banks - 1,
            "banks for all lines of the task, and one left for weights",
        ),
        same(CNA_CBUF_CON0, WEIGHTS, lambda t: banks - t[DATA], f"{banks} banks less DATA_BANK"),
        Relation(
            CNA_CBUF_CON0,
            WEIGHTS,
            lambda t: up(resident_weight_bytes(t, chip), chip.cbuf_bank_bytes),
            lambda _: banks - 1,
            "banks for one group of kernels at least",
        ),
    )

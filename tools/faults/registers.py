# SPDX-License-Identifier: MIT
"""All registers of a task, most of them 0, and where its buffers are."""

from __future__ import annotations

from collections.abc import Iterable

from npucore.hw.registers import Register
from npucore_rocket.registers import block
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE

Registers = Iterable[Register]

FIRST, SECOND, OUT, WEIGHTS, BIAS, CODE = 0x20000, 0x24000, 0x28000, 0x10000, 0x14000, 0x30000
NEVER = (
    "S_STATUS",
    "OPERATION_ENABLE",
    "CLK_GATE",
    "MAC_GATING",
    "CNA_S_POINTER",
    "CORE_S_POINTER",
)
"""How the names of registers end that no stream writes."""
DPU_ALONE = GLOBAL_OPERATION_ENABLE.decode(0x18)
POOL = GLOBAL_OPERATION_ENABLE.decode(0x60)
CONVOLVE = GLOBAL_OPERATION_ENABLE.decode(0x1D)
ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}


def whole(units: tuple[str, ...], given: Registers) -> list[Register]:
    """All registers of *units*, later ones of *given* before earlier, others 0."""
    new = {type(register): register for register in given}
    return [
        new.get(kind) or kind()
        for unit in units
        for kind in block(unit).registers
        if not kind.__name__.endswith(NEVER)
    ]


def alternating(*kinds: type[Register]) -> list[Register]:
    """S_POINTER of blocks whose groups alternate."""
    return [kind(**ALTERNATE) for kind in kinds]

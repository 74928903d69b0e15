# SPDX-License-Identifier: MIT
"""A planned task -> register writes, in the order in which Mesa writes them.

Every register of the four blocks is written every time: what a stream leaves out keeps the value
of whatever ran before it. Source: rocket hardware reference 5.1 (proven), 6.5 (proven).
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.emit.cna import banks, cna, mode
from npucore_rocket.emit.core import core
from npucore_rocket.emit.dpu import dpu
from npucore_rocket.emit.dpu_rdma import dpu_rdma
from npucore_rocket.emit.write import Address, Emission, Operands, Pointer, Write
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_CTRL, CNA_DCOMP_REGNUM
from npucore_rocket.registers.dpu import DPU_S_POINTER
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_S_POINTER

__all__ = ["Address", "Emission", "Operands", "Pointer", "Write", "task"]

ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}


def task(e: Emission) -> Iterator[Write]:
    """The body of one task: 126 writes."""
    yield banks(e)
    yield CNA_DCOMP_REGNUM()
    yield CNA_DCOMP_CTRL()
    yield mode(e)
    yield DPU_S_POINTER(**ALTERNATE)
    yield DPU_RDMA_RDMA_S_POINTER(**ALTERNATE)
    yield from cna(e)
    yield from core(e)
    yield from dpu(e)
    yield from dpu_rdma(e)

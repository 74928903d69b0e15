# SPDX-License-Identifier: MIT
"""A planned layer -> register writes.

`ORDER` is the stream as Mesa writes it: registers that never change, and the classes of those
that `kind`, `layer` and `rows` fill in. Every register of the four blocks is written in every task:
what a stream leaves out keeps the value of whatever ran before it. Source: rocket hardware
reference 5.1 (proven), 6.5 (proven).
"""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.chip import Chip
from npucore_rocket.emit import cna, core, dpu, dpu_rdma
from npucore_rocket.emit.write import Emission, Kind, Operands, Pointer, Write
from npucore_rocket.plan import Task
from npucore_rocket.registers.cna import CNA_CBUF_CON0, CNA_CONV_CON1
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_CTRL, CNA_DCOMP_REGNUM
from npucore_rocket.registers.dpu import DPU_S_POINTER
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_S_POINTER

__all__ = [
    "DPU_POINTER",
    "ORDER",
    "RDMA_POINTER",
    "Emission",
    "Kind",
    "Operands",
    "Pointer",
    "Write",
    "kind",
    "layer",
    "rows",
]

ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}
DPU_POINTER = DPU_S_POINTER(**ALTERNATE)
RDMA_POINTER = DPU_RDMA_RDMA_S_POINTER(**ALTERNATE)
PROLOGUE = (
    CNA_CBUF_CON0,
    CNA_DCOMP_REGNUM(),
    CNA_DCOMP_CTRL(),
    CNA_CONV_CON1,
    DPU_POINTER,
    RDMA_POINTER,
)
ORDER = (*PROLOGUE, *cna.ORDER, *core.ORDER, *dpu.ORDER, *dpu_rdma.ORDER)
"""The body of one task: 126 writes."""


def kind(k: Kind, chip: Chip) -> Iterator[Write]:
    """What all layers of a kind have in common."""
    yield from cna.kind(k)
    yield from core.kind(k)
    yield from dpu.kind(k, chip)
    yield from dpu_rdma.kind(k)


def layer(e: Emission) -> Iterator[Write]:
    """What all tasks of a layer have in common."""
    yield from cna.layer(e)
    yield from core.layer(e)
    yield from dpu.layer(e)
    yield from dpu_rdma.layer(e)


def rows(e: Emission, task: Task) -> Iterator[Write]:
    """What a task has of its own."""
    yield from cna.rows(e, task)
    yield from core.rows(e, task)
    yield from dpu.rows(e, task)
    yield from dpu_rdma.rows(e, task)

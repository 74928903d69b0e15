# SPDX-License-Identifier: MIT
"""One register that starts several blocks."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.source import STREAMS_TRM


class GLOBAL_OPERATION_ENABLE(Register, offset=0xF008):
    """Start several blocks at once.

    The CPU reaches it; in a stream the word with target 0x0081 carries its value.
    """

    ppu_rdma_op_en = Bits(6, 6, "start PPU_RDMA", STREAMS_TRM)
    ppu_op_en = Bits(5, 5, "start PPU", STREAMS_TRM)
    dpu_rdma_op_en = Bits(4, 4, "start DPU_RDMA", STREAMS_TRM)
    dpu_op_en = Bits(3, 3, "start DPU", STREAMS_TRM)
    core_op_en = Bits(2, 2, "start CORE", STREAMS_TRM)
    cna_op_en = Bits(0, 0, "start CNA", STREAMS_TRM)

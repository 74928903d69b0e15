# SPDX-License-Identifier: MIT
"""Port to the on-chip SRAM: arbitration, QoS, outstanding requests."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.source import TRM


class SDMA_CFG_OUTSTANDING(Register, offset=0x9000):
    """SRAM port: outstanding requests."""

    wr_os_cnt = Bits(15, 8, "writes", TRM)
    rd_os_cnt = Bits(7, 0, "reads", TRM)


class SDMA_RD_WEIGHT_0(Register, offset=0x9004):
    """SRAM port: read arbitration."""

    rd_weight_pdp = Bits(31, 24, "PPU share", TRM)
    rd_weight_dpu = Bits(23, 16, "DPU share", TRM)
    rd_weight_kernel = Bits(15, 8, "weight share", TRM)
    rd_weight_feature = Bits(7, 0, "feature share", TRM)


class SDMA_WR_WEIGHT_0(Register, offset=0x9008):
    """SRAM port: write arbitration."""

    wr_weight_pdp = Bits(15, 8, "PPU share", TRM)
    wr_weight_dpu = Bits(7, 0, "DPU share", TRM)


class SDMA_CFG_ID_ERROR(Register, offset=0x900C):
    """SRAM port: ids of failed transfers."""

    wr_resp_id = Bits(9, 6, "write id", TRM)
    rd_resp_id = Bits(4, 0, "read id", TRM)


class SDMA_RD_WEIGHT_1(Register, offset=0x9010):
    """SRAM port: read arbitration."""

    rd_weight_pc = Bits(7, 0, "PC share", TRM)


class SDMA_CFG_DMA_FIFO_CLR(Register, offset=0x9014):
    """SRAM port."""

    dma_fifo_clr = Bits(0, 0, "flush the FIFOs", TRM)


class SDMA_CFG_DMA_ARB(Register, offset=0x9018):
    """SRAM port: arbiter."""

    wr_arbit_model = Bits(9, 9, "write scheme", TRM)
    rd_arbit_model = Bits(8, 8, "read scheme", TRM)
    wr_fix_arb = Bits(6, 4, "fixed write order", TRM)
    rd_fix_arb = Bits(2, 0, "fixed read order", TRM)


class SDMA_CFG_DMA_RD_QOS(Register, offset=0x9020):
    """SRAM port: QoS."""

    rd_pc_qos = Bits(9, 8, "PC", TRM)
    rd_ppu_qos = Bits(7, 6, "PPU", TRM)
    rd_dpu_qos = Bits(5, 4, "DPU", TRM)
    rd_kernel_qos = Bits(3, 2, "weights", TRM)
    rd_feature_qos = Bits(1, 0, "features", TRM)


class SDMA_CFG_DMA_RD_CFG(Register, offset=0x9024):
    """SRAM port: AXI read signals."""

    rd_arlock = Bits(12, 12, "ARLOCK", TRM)
    rd_arcache = Bits(11, 8, "ARCACHE", TRM)
    rd_arprot = Bits(7, 5, "ARPROT", TRM)
    rd_arburst = Bits(4, 3, "ARBURST", TRM)
    rd_arsize = Bits(2, 0, "ARSIZE", TRM)


class SDMA_CFG_DMA_WR_CFG(Register, offset=0x9028):
    """SRAM port: AXI write signals."""

    wr_awlock = Bits(12, 12, "AWLOCK", TRM)
    wr_awcache = Bits(11, 8, "AWCACHE", TRM)
    wr_awprot = Bits(7, 5, "AWPROT", TRM)
    wr_awburst = Bits(4, 3, "AWBURST", TRM)
    wr_awsize = Bits(2, 0, "AWSIZE", TRM)


class SDMA_CFG_DMA_WSTRB(Register, offset=0x902C):
    """SRAM port."""

    wr_wstrb = Bits(31, 0, "write strobes", TRM)


class SDMA_CFG_STATUS(Register, offset=0x9030):
    """SRAM port."""

    idel = Bits(8, 8, "1: idle", TRM)

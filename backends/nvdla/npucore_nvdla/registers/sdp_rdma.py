# SPDX-License-Identifier: MIT
"""SDP_RDMA: reads the operands of the single-point processor. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0x8000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0x8004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0x8008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_DATA_CUBE_WIDTH(Register, offset=0x800C):
    width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_HEIGHT(Register, offset=0x8010):
    height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_CHANNEL(Register, offset=0x8014):
    channel = Bits(12, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_LOW(Register, offset=0x8018):
    src_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_HIGH(Register, offset=0x801C):
    src_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_SRC_LINE_STRIDE(Register, offset=0x8020):
    src_line_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_SURFACE_STRIDE(Register, offset=0x8024):
    src_surface_stride = Bits(31, 0, source=OPENDLA)


class D_BRDMA_CFG(Register, offset=0x8028):
    brdma_disable = Bits(0, 0, source=OPENDLA)
    brdma_data_use = Bits(2, 1, source=OPENDLA)
    brdma_data_size = Bits(3, 3, source=OPENDLA)
    brdma_data_mode = Bits(4, 4, source=OPENDLA)
    brdma_ram_type = Bits(5, 5, source=OPENDLA)


class D_BS_BASE_ADDR_LOW(Register, offset=0x802C):
    bs_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_BS_BASE_ADDR_HIGH(Register, offset=0x8030):
    bs_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_BS_LINE_STRIDE(Register, offset=0x8034):
    bs_line_stride = Bits(31, 0, source=OPENDLA)


class D_BS_SURFACE_STRIDE(Register, offset=0x8038):
    bs_surface_stride = Bits(31, 0, source=OPENDLA)


class D_BS_BATCH_STRIDE(Register, offset=0x803C):
    bs_batch_stride = Bits(31, 0, source=OPENDLA)


class D_NRDMA_CFG(Register, offset=0x8040):
    nrdma_disable = Bits(0, 0, source=OPENDLA)
    nrdma_data_use = Bits(2, 1, source=OPENDLA)
    nrdma_data_size = Bits(3, 3, source=OPENDLA)
    nrdma_data_mode = Bits(4, 4, source=OPENDLA)
    nrdma_ram_type = Bits(5, 5, source=OPENDLA)


class D_BN_BASE_ADDR_LOW(Register, offset=0x8044):
    bn_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_BN_BASE_ADDR_HIGH(Register, offset=0x8048):
    bn_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_BN_LINE_STRIDE(Register, offset=0x804C):
    bn_line_stride = Bits(31, 0, source=OPENDLA)


class D_BN_SURFACE_STRIDE(Register, offset=0x8050):
    bn_surface_stride = Bits(31, 0, source=OPENDLA)


class D_BN_BATCH_STRIDE(Register, offset=0x8054):
    bn_batch_stride = Bits(31, 0, source=OPENDLA)


class D_ERDMA_CFG(Register, offset=0x8058):
    erdma_disable = Bits(0, 0, source=OPENDLA)
    erdma_data_use = Bits(2, 1, source=OPENDLA)
    erdma_data_size = Bits(3, 3, source=OPENDLA)
    erdma_data_mode = Bits(4, 4, source=OPENDLA)
    erdma_ram_type = Bits(5, 5, source=OPENDLA)


class D_EW_BASE_ADDR_LOW(Register, offset=0x805C):
    ew_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_EW_BASE_ADDR_HIGH(Register, offset=0x8060):
    ew_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_EW_LINE_STRIDE(Register, offset=0x8064):
    ew_line_stride = Bits(31, 0, source=OPENDLA)


class D_EW_SURFACE_STRIDE(Register, offset=0x8068):
    ew_surface_stride = Bits(31, 0, source=OPENDLA)


class D_EW_BATCH_STRIDE(Register, offset=0x806C):
    ew_batch_stride = Bits(31, 0, source=OPENDLA)


class D_FEATURE_MODE_CFG(Register, offset=0x8070):
    flying_mode = Bits(0, 0, source=OPENDLA)
    winograd = Bits(1, 1, source=OPENDLA)
    in_precision = Bits(3, 2, source=OPENDLA)
    proc_precision = Bits(5, 4, source=OPENDLA)
    out_precision = Bits(7, 6, source=OPENDLA)
    batch_number = Bits(12, 8, source=OPENDLA)


class D_SRC_DMA_CFG(Register, offset=0x8074):
    src_ram_type = Bits(0, 0, source=OPENDLA)


class D_STATUS_NAN_INPUT_NUM(Register, offset=0x8078):
    status_nan_input_num = Bits(31, 0, source=OPENDLA)


class D_STATUS_INF_INPUT_NUM(Register, offset=0x807C):
    status_inf_input_num = Bits(31, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0x8080):
    perf_dma_en = Bits(0, 0, source=OPENDLA)
    perf_nan_inf_count_en = Bits(1, 1, source=OPENDLA)


class D_PERF_MRDMA_READ_STALL(Register, offset=0x8084):
    mrdma_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_BRDMA_READ_STALL(Register, offset=0x8088):
    brdma_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_NRDMA_READ_STALL(Register, offset=0x808C):
    nrdma_stall = Bits(31, 0, source=OPENDLA)


class D_PERF_ERDMA_READ_STALL(Register, offset=0x8090):
    erdma_stall = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {
    D_BRDMA_CFG: 0x1,
    D_NRDMA_CFG: 0x1,
    D_ERDMA_CFG: 0x1,
    D_FEATURE_MODE_CFG: 0x14,
}
"""The registers whose value at reset is not 0."""

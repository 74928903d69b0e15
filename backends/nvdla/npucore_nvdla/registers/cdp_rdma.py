# SPDX-License-Identifier: MIT
"""CDP_RDMA: reads maps for the cross-channel unit. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0xC000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0xC004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0xC008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_DATA_CUBE_WIDTH(Register, offset=0xC00C):
    width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_HEIGHT(Register, offset=0xC010):
    height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_CHANNEL(Register, offset=0xC014):
    channel = Bits(12, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_LOW(Register, offset=0xC018):
    src_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_HIGH(Register, offset=0xC01C):
    src_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_SRC_LINE_STRIDE(Register, offset=0xC020):
    src_line_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_SURFACE_STRIDE(Register, offset=0xC024):
    src_surface_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_DMA_CFG(Register, offset=0xC028):
    src_ram_type = Bits(0, 0, source=OPENDLA)


class D_SRC_COMPRESSION_EN(Register, offset=0xC02C):
    src_compression_en = Bits(0, 0, source=OPENDLA)


class D_OPERATION_MODE(Register, offset=0xC030):
    operation_mode = Bits(1, 0, source=OPENDLA)


class D_DATA_FORMAT(Register, offset=0xC034):
    input_data = Bits(1, 0, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0xC038):
    dma_en = Bits(0, 0, source=OPENDLA)


class D_PERF_READ_STALL(Register, offset=0xC03C):
    perf_read_stall = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0xC040):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {}
"""The registers whose value at reset is not 0."""

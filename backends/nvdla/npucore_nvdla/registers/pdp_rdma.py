# SPDX-License-Identifier: MIT
"""PDP_RDMA: reads maps for the pooling unit. Names and bits are the maker's."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_nvdla.registers.source import OPENDLA


class S_STATUS(Register, offset=0xA000):
    status_0 = Bits(1, 0, source=OPENDLA)
    status_1 = Bits(17, 16, source=OPENDLA)


class S_POINTER(Register, offset=0xA004):
    producer = Bits(0, 0, source=OPENDLA)
    consumer = Bits(16, 16, source=OPENDLA)


class D_OP_ENABLE(Register, offset=0xA008):
    op_en = Bits(0, 0, source=OPENDLA)


class D_DATA_CUBE_IN_WIDTH(Register, offset=0xA00C):
    cube_in_width = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_IN_HEIGHT(Register, offset=0xA010):
    cube_in_height = Bits(12, 0, source=OPENDLA)


class D_DATA_CUBE_IN_CHANNEL(Register, offset=0xA014):
    cube_in_channel = Bits(12, 0, source=OPENDLA)


class D_FLYING_MODE(Register, offset=0xA018):
    flying_mode = Bits(0, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_LOW(Register, offset=0xA01C):
    src_base_addr_low = Bits(31, 0, source=OPENDLA)


class D_SRC_BASE_ADDR_HIGH(Register, offset=0xA020):
    src_base_addr_high = Bits(31, 0, source=OPENDLA)


class D_SRC_LINE_STRIDE(Register, offset=0xA024):
    src_line_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_SURFACE_STRIDE(Register, offset=0xA028):
    src_surface_stride = Bits(31, 0, source=OPENDLA)


class D_SRC_RAM_CFG(Register, offset=0xA02C):
    src_ram_type = Bits(0, 0, source=OPENDLA)


class D_DATA_FORMAT(Register, offset=0xA030):
    input_data = Bits(1, 0, source=OPENDLA)


class D_OPERATION_MODE_CFG(Register, offset=0xA034):
    split_num = Bits(7, 0, source=OPENDLA)


class D_POOLING_KERNEL_CFG(Register, offset=0xA038):
    kernel_width = Bits(3, 0, source=OPENDLA)
    kernel_stride_width = Bits(7, 4, source=OPENDLA)


class D_POOLING_PADDING_CFG(Register, offset=0xA03C):
    pad_width = Bits(3, 0, source=OPENDLA)


class D_PARTIAL_WIDTH_IN(Register, offset=0xA040):
    partial_width_in_first = Bits(9, 0, source=OPENDLA)
    partial_width_in_last = Bits(19, 10, source=OPENDLA)
    partial_width_in_mid = Bits(29, 20, source=OPENDLA)


class D_PERF_ENABLE(Register, offset=0xA044):
    dma_en = Bits(0, 0, source=OPENDLA)


class D_PERF_READ_STALL(Register, offset=0xA048):
    perf_read_stall = Bits(31, 0, source=OPENDLA)


class D_CYA(Register, offset=0xA04C):
    cya = Bits(31, 0, source=OPENDLA)


RESET: dict[type[Register], int] = {}
"""The registers whose value at reset is not 0."""

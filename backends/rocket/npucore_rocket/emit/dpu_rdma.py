# SPDX-License-Identifier: MIT
"""DPU_RDMA: read the bias, and the addend. Source: rocket hardware reference 5.1, 6.5."""

from __future__ import annotations

from collections.abc import Iterator

from npucore_rocket.emit.write import Address, Emission, Pointer, Write
from npucore_rocket.layout import ATOM
from npucore_rocket.registers import dpu_rdma as r

BURST = 15
DEPTHWISE_MODE = 3
BIAS_ALONE = 1
ALL_COEFFICIENTS = 7  # bias, OW operand and multiplier of every channel
PER_PIXEL = 1
ONE_BYTE = 1
ALTERNATING_SURFACES = 5  # the main reader takes the even surfaces, the element-wise one the odd


def dpu_rdma(e: Emission) -> Iterator[Write]:
    """All of the block, but for its S_POINTER."""
    out = e.layer.destination_shape
    yield r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=out.width - 1)
    yield r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=e.task.rows - 1)
    yield r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=e.sizes.written_channels - 1)
    if e.operands.addend is None:
        yield r.DPU_RDMA_RDMA_SRC_BASE_ADDR()
    else:
        start = e.operands.addend + e.task.first_row * out.width * ATOM
        yield Pointer(r.DPU_RDMA_RDMA_SRC_BASE_ADDR, start)
    yield r.DPU_RDMA_RDMA_BRDMA_CFG(
        brdma_data_use=ALL_COEFFICIENTS if e.layer.per_channel else BIAS_ALONE
    )
    yield Pointer(r.DPU_RDMA_RDMA_BS_BASE_ADDR, e.operands.bias)
    yield r.DPU_RDMA_RDMA_NRDMA_CFG()
    yield r.DPU_RDMA_RDMA_BN_BASE_ADDR()
    if e.operands.addend is None:
        yield from _nothing_else(e)
    else:
        yield from _addend(e, start + out.pixels * ATOM)


def _nothing_else(e: Emission) -> Iterator[Write]:
    yield r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1)
    yield r.DPU_RDMA_RDMA_EW_BASE_ADDR()
    yield r.DPU_RDMA_RDMA_EW_SURF_STRIDE()
    yield r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
        burst_len=BURST,
        mrdma_disable=1,
        conv_mode=DEPTHWISE_MODE if e.layer.depthwise else 0,
    )
    yield from _closing(0)


def _addend(e: Emission, odd_surfaces: Address) -> Iterator[Write]:
    out = e.layer.destination_shape
    yield r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=PER_PIXEL, erdma_data_size=ONE_BYTE)
    yield Pointer(r.DPU_RDMA_RDMA_EW_BASE_ADDR, odd_surfaces)
    yield r.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=out.pixels)
    yield r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, comb_use=ALTERNATING_SURFACES)
    yield from _closing(out.pixels + out.width * (out.height - e.task.rows))


def _closing(notch: int) -> Iterator[Write]:
    """*notch*: atoms between the end of one surface and the beginning of the next but one."""
    yield r.DPU_RDMA_RDMA_SRC_DMA_CFG()
    yield r.DPU_RDMA_RDMA_SURF_NOTCH(surf_notch_addr=notch)
    yield r.DPU_RDMA_RDMA_PAD_CFG()
    yield r.DPU_RDMA_RDMA_WEIGHT(m_weight=1, b_weight=1, n_weight=1, e_weight=1)
    yield r.DPU_RDMA_RDMA_EW_SURF_NOTCH(ew_surf_notch=notch)

# SPDX-License-Identifier: MIT
"""DPU_RDMA: read the bias, and the addend. Source: rocket hardware reference 5.1, 6.5."""

from __future__ import annotations

from collections.abc import Iterator

from npucore.family.code import Address
from npucore_rocket.emit.write import Emission, Kind, Pointer, Write
from npucore_rocket.plan import Task
from npucore_rocket.registers import dpu_rdma as r

BURST = 15
FP16 = 2
DEPTHWISE_MODE = 3
BIAS_ALONE = 1
ALL_COEFFICIENTS = 7  # bias, OW operand and multiplier of every channel
PER_PIXEL = 1
ONE_BYTE = 1
ALTERNATING_SURFACES = 5  # the main reader takes the even surfaces, the element-wise one the odd
NO_ADDEND = (
    r.DPU_RDMA_RDMA_SRC_BASE_ADDR(),
    r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
    r.DPU_RDMA_RDMA_EW_BASE_ADDR(),
    r.DPU_RDMA_RDMA_EW_SURF_STRIDE(),
    r.DPU_RDMA_RDMA_SURF_NOTCH(),
    r.DPU_RDMA_RDMA_EW_SURF_NOTCH(),
)
ORDER = (
    r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH,
    r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT,
    r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL,
    r.DPU_RDMA_RDMA_SRC_BASE_ADDR,
    r.DPU_RDMA_RDMA_BRDMA_CFG,
    r.DPU_RDMA_RDMA_BS_BASE_ADDR,
    r.DPU_RDMA_RDMA_NRDMA_CFG(),
    r.DPU_RDMA_RDMA_BN_BASE_ADDR(),
    r.DPU_RDMA_RDMA_ERDMA_CFG,
    r.DPU_RDMA_RDMA_EW_BASE_ADDR,
    r.DPU_RDMA_RDMA_EW_SURF_STRIDE,
    r.DPU_RDMA_RDMA_FEATURE_MODE_CFG,
    r.DPU_RDMA_RDMA_SRC_DMA_CFG(),
    r.DPU_RDMA_RDMA_SURF_NOTCH,
    r.DPU_RDMA_RDMA_PAD_CFG(),
    r.DPU_RDMA_RDMA_WEIGHT(m_weight=1, b_weight=1, n_weight=1, e_weight=1),
    r.DPU_RDMA_RDMA_EW_SURF_NOTCH,
)


def kind(k: Kind) -> Iterator[Write]:
    """What is read beside the accumulators."""
    yield r.DPU_RDMA_RDMA_BRDMA_CFG(
        brdma_data_use=ALL_COEFFICIENTS if k.per_channel else BIAS_ALONE
    )
    if k.added:
        yield r.DPU_RDMA_RDMA_ERDMA_CFG(erdma_data_mode=PER_PIXEL, erdma_data_size=ONE_BYTE)
        yield r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=BURST, comb_use=ALTERNATING_SURFACES)
    else:
        mode, precision = DEPTHWISE_MODE if k.depthwise else 0, FP16 if k.halves else 0
        yield r.DPU_RDMA_RDMA_FEATURE_MODE_CFG(
            burst_len=BURST,
            mrdma_disable=1,
            conv_mode=mode,
            in_precision=precision,
            proc_precision=precision,
        )
        yield from NO_ADDEND


def layer(e: Emission) -> Iterator[Write]:
    """Where the coefficients are, and the strides of the whole map."""
    out = e.layer.destination_shape
    yield r.DPU_RDMA_RDMA_DATA_CUBE_WIDTH(width=out.width - 1)
    yield r.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=e.sizes.written_channels - 1)
    yield Pointer(r.DPU_RDMA_RDMA_BS_BASE_ADDR, e.operands.bias)
    if e.operands.addend is not None:
        yield r.DPU_RDMA_RDMA_EW_SURF_STRIDE(ew_surf_stride=out.pixels)


def rows(e: Emission, task: Task) -> Iterator[Write]:
    """The lines to read of the addend, if there is one."""
    yield r.DPU_RDMA_RDMA_DATA_CUBE_HEIGHT(height=task.rows - 1)
    if e.operands.addend is not None:
        yield from _addend(e, task, e.operands.addend)


def _addend(e: Emission, task: Task, addend: Address) -> Iterator[Write]:
    """Both readers step from the end of one of their surfaces to the next but one."""
    out, atom = e.layer.destination_shape, e.chip.atom_bytes
    even_surfaces = addend + task.first_row * out.width * atom
    notch = out.pixels + out.width * (out.height - task.rows)
    yield Pointer(r.DPU_RDMA_RDMA_SRC_BASE_ADDR, even_surfaces)
    yield Pointer(r.DPU_RDMA_RDMA_EW_BASE_ADDR, even_surfaces + out.pixels * atom)
    yield r.DPU_RDMA_RDMA_SURF_NOTCH(surf_notch_addr=notch)
    yield r.DPU_RDMA_RDMA_EW_SURF_NOTCH(ew_surf_notch=notch)

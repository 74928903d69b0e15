# SPDX-License-Identifier: MIT
"""Asks the driver behind a node for abilities that its version does not state.

Mainline is 0.0.0 with and without the patch that gives each task a mask. The patched driver takes
no tasks of 8 bytes: it drops their job and says nothing. So a copy of one pixel is run in tasks of
8 bytes, and if it did not run, in tasks of 16. Nothing here can hang where DPU tasks run at all.
Source: facts of 2026-11, B2, and mainline's rocket_job.c, read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.hw.ioctl import Kernel as Calls
from npucore.hw.memory import PAGE_BYTES
from npucore.hw.registers import Register
from npucore_rocket import stream, uapi
from npucore_rocket.chip import FLAGGED, MAINLINE, MASKED, Kernel
from npucore_rocket.device import Job
from npucore_rocket.drm.device import DRAIN_NS, DrmDevice
from npucore_rocket.drm.jobs import Ends
from npucore_rocket.registers import block, dpu, dpu_rdma
from npucore_rocket.registers import dpu_stages as s
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE

PIXEL = np.arange(16, dtype=np.uint8)
START = GLOBAL_OPERATION_ENABLE(dpu_op_en=1, dpu_rdma_op_en=1)
LAST = PIXEL.size - 1
ALTERNATE = {"pointer_pp_en": 1, "executer_pp_en": 1, "pointer_pp_mode": 1}


def probe(calls: Calls, path: str) -> Kernel:
    """The kernel's abilities, by its driver's version and, for mainline's, a task or two.

    Raises `DeviceError` for a node that cannot be used.
    """
    device = DrmDevice(calls, path)
    version = device.file.version
    device.close()
    if version >= uapi.FLAGGED_JOBS:
        return FLAGGED
    if version >= (1, 0, 0) or _runs(calls, path, Ends.PLAIN):
        return MAINLINE
    return MASKED if _runs(calls, path, Ends.MASKED) else MAINLINE


def _runs(calls: Calls, path: str, ends: Ends) -> bool:
    """Whether a copy is made if its task is described so."""
    device = DrmDevice(calls, path, ends)
    try:
        commands, code = device.allocate(PAGE_BYTES)
        source, given = device.allocate(PAGE_BYTES)
        target, found = device.allocate(PAGE_BYTES)
        words = copy(source, target)
        code[: words.nbytes] = words.view(np.uint8)
        given[: PIXEL.size], found[: PIXEL.size] = PIXEL, ~PIXEL
        job = Job(((commands, words.size),), (commands, source), (target,))
        return _submitted(device, [job], target) == PIXEL.tobytes()
    finally:
        device.close()


def _submitted(device: DrmDevice, jobs: Sequence[Job], target: int) -> bytes:
    """The target's pixel after one try; a job that is dropped leaves it as it is."""
    submission = device.prepare(jobs)
    submission.try_once(DRAIN_NS)
    return device.view(target, PIXEL.size).tobytes()


def copy(source: int, target: int) -> stream.Words:
    """One pixel of 16 channels through the DPU alone; every register of both blocks is written."""
    given = (
        dpu.DPU_S_POINTER(**ALTERNATE),
        dpu.DPU_FEATURE_MODE_CFG(burst_len=15, output_mode=2, flying_mode=1),
        dpu.DPU_DST_BASE_ADDR(dst_base_addr=target),
        dpu.DPU_DST_SURF_STRIDE(dst_surf_stride=1),
        dpu.DPU_DATA_CUBE_CHANNEL(orig_channel=LAST, channel=LAST),
        dpu.DPU_WDMA_SIZE_0(channel_wdma=LAST),
        dpu.DPU_SURFACE_ADD(surf_add=1),
        s.DPU_BS_CFG(bs_bypass=1, bs_alu_bypass=1, bs_mul_bypass=1, bs_relu_bypass=1),
        s.DPU_BS_OW_CFG(od_bypass=1),
        s.DPU_BN_CFG(bn_bypass=1, bn_alu_bypass=1, bn_mul_bypass=1, bn_relu_bypass=1),
        s.DPU_EW_CFG.decode(0x383),
        s.DPU_EW_CVT_SCALE_VALUE(ew_op_cvt_scale=1),
        s.DPU_OUT_CVT_SCALE(out_cvt_scale=1),
        dpu_rdma.DPU_RDMA_RDMA_S_POINTER(**ALTERNATE),
        dpu_rdma.DPU_RDMA_RDMA_DATA_CUBE_CHANNEL(channel=LAST),
        dpu_rdma.DPU_RDMA_RDMA_SRC_BASE_ADDR(src_base_addr=source),
        dpu_rdma.DPU_RDMA_RDMA_ERDMA_CFG(erdma_disable=1),
        dpu_rdma.DPU_RDMA_RDMA_FEATURE_MODE_CFG(burst_len=15, flying_mode=1),
        dpu_rdma.DPU_RDMA_RDMA_WEIGHT(m_weight=1, b_weight=1, n_weight=1, e_weight=1),
    )
    new: dict[type[Register], Register] = {type(register): register for register in given}
    body = [
        new.get(kind) or kind()
        for unit in ("DPU", "DPU_RDMA")
        for kind in block(unit).registers
        if not kind.__name__.endswith(("S_STATUS", "OPERATION_ENABLE"))
    ]
    return stream.task(body, START)

# SPDX-License-Identifier: MIT
"""An NPU whose tasks of one kind write a wrong byte."""

from __future__ import annotations

import numpy as np

from npucore.hw.memory import Port
from npucore_nvdla.registers import pdp, sdp
from npucore_nvdla.stream import ENABLES, POOL
from npucore_nvdla.virtual import VirtualKernel
from npucore_nvdla.virtual.npu import VirtualNpu


class Deviating(VirtualNpu):
    """The first byte of every map that tasks of *blocks* write is off by one bit."""

    def __init__(self, kernel: VirtualKernel, blocks: tuple[str, ...]) -> None:
        super().__init__(kernel.chip, kernel.npu.clock, lambda: None)
        self._blocks = blocks

    def _begun(self) -> None:
        offsets = dict(self._writes)
        names = tuple(ENABLES[offset] for offset, _ in self._writes if offset in ENABLES)
        if names == self._blocks:
            kind = pdp.D_DST_BASE_ADDR_LOW if names == POOL else sdp.D_DST_BASE_ADDR_LOW
            byte = self._memory.window(Port("test", kind.__name__), offsets[kind.offset], 1)
            byte ^= np.uint8(1)
        super()._begun()

# SPDX-License-Identifier: MIT
"""NVDLA's registers: 18 blocks, a module for each, as nv_small has them.

Names are those of the maker's table: registers in capitals, without its last ``_0``, fields in
small letters. An offset counts bytes from the beginning of the register window, so that its upper
bits select the block. ``D_`` registers exist twice, once for each group; ``S_`` registers once.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from npucore.hw.registers import Register
from npucore_nvdla.registers import (
    bdma,
    cacc,
    cdma,
    cdp,
    cdp_rdma,
    cfgrom,
    cmac_a,
    cmac_b,
    csc,
    cvif,
    gec,
    glb,
    mcif,
    pdp,
    pdp_rdma,
    rbk,
    sdp,
    sdp_lut,
    sdp_rdma,
)

OFFSET_IN_BLOCK = 0x0FFF

BLOCKS: dict[str, ModuleType] = {
    "CFGROM": cfgrom,
    "GLB": glb,
    "MCIF": mcif,
    "CDMA": cdma,
    "CSC": csc,
    "CMAC_A": cmac_a,
    "CMAC_B": cmac_b,
    "CACC": cacc,
    "SDP_RDMA": sdp_rdma,
    "SDP": sdp,
    "PDP_RDMA": pdp_rdma,
    "PDP": pdp,
    "CDP_RDMA": cdp_rdma,
    "CDP": cdp,
    "GEC": gec,
    "CVIF": cvif,
    "BDMA": bdma,
    "RBK": rbk,
}


def _registers(block: ModuleType) -> Iterator[type[Register]]:
    every = (*vars(block).values(), *getattr(block, "TABLE", {}).values())
    kinds = (each for each in every if isinstance(each, type) and issubclass(each, Register))
    return (kind for kind in kinds if kind is not Register)


MODULES = (*BLOCKS.values(), sdp_lut)
REGISTERS = {register.offset: register for block in MODULES for register in _registers(block)}
"""By offset."""
BLOCK_OF = {
    register.offset & ~OFFSET_IN_BLOCK: name
    for name, block in BLOCKS.items()
    for register in _registers(block)
}
"""The block's name by its first offset."""
RESET: dict[int, int] = {
    register.offset: value for block in MODULES for register, value in block.RESET.items()
}
"""The registers whose value at reset is not 0."""


def block_of(offset: int) -> str | None:
    """The block that *offset* lies in; None for one that has none."""
    return BLOCK_OF.get(offset & ~OFFSET_IN_BLOCK)

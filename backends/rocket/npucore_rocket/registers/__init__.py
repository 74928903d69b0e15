# SPDX-License-Identifier: MIT
"""The RK3588 NPU's registers: 10 blocks, a file for each or for its parts.

Names are those of Mesa's registers.xml: registers in capitals behind their block's name, fields
in small letters. Bits that belong to no field are reserved; write 0.

An offset counts from the start of a core's 64 KiB window, so its upper four bits select the block.

How well each field is known follows from who ran it, on which chip: see `source`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from npucore.hw.registers import Register
from npucore_rocket.registers import (
    cna,
    cna_converter,
    cna_decompressor,
    core,
    ddma,
    dpu,
    dpu_lut,
    dpu_rdma,
    dpu_stages,
    global_,
    pc,
    ppu,
    ppu_rdma,
    sdma,
)

OFFSET_IN_BLOCK = 0x0FFF


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a core. *target* addresses it in a stream; None for one that only the CPU can."""

    name: str
    base: int
    target: int | None
    registers: tuple[type[Register], ...]

    def short(self, register: type[Register]) -> str:
        """A register's name without the block's.

        >>> block("CNA").short(cna.CNA_CONV_CON3)
        'CONV_CON3'
        """
        return register.__name__.removeprefix(f"{self.name}_")


def _registers(*modules: ModuleType) -> tuple[type[Register], ...]:
    found = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Register) and thing is not Register
    ]
    return tuple(sorted(found, key=lambda register: register.offset))


BLOCKS = (
    Block("PC", 0x0000, 0x0101, _registers(pc)),
    Block("CNA", 0x1000, 0x0201, _registers(cna, cna_converter, cna_decompressor)),
    Block("CORE", 0x3000, 0x0801, _registers(core)),
    Block("DPU", 0x4000, 0x1001, _registers(dpu, dpu_stages, dpu_lut)),
    Block("DPU_RDMA", 0x5000, 0x2001, _registers(dpu_rdma)),
    Block("PPU", 0x6000, 0x4001, _registers(ppu)),
    Block("PPU_RDMA", 0x7000, 0x8001, _registers(ppu_rdma)),
    Block("DDMA", 0x8000, None, _registers(ddma)),
    Block("SDMA", 0x9000, None, _registers(sdma)),
    Block("GLOBAL", 0xF000, None, _registers(global_)),
)

_BLOCKS = {block.name: block for block in BLOCKS}
_BASES = {block.base: block for block in BLOCKS}
_OFFSETS = {register.offset: register for block in BLOCKS for register in block.registers}
_NAMES = {register.__name__: register for register in _OFFSETS.values()}


def block(name: str) -> Block:
    """The block of that name. Raises `KeyError`."""
    return _BLOCKS[name]


def block_at(offset: int) -> Block:
    """The block that an offset belongs to. Raises `KeyError` where there is none.

    >>> block_at(0x1014).name
    'CNA'
    """
    return _BASES[offset & ~OFFSET_IN_BLOCK]


def by_offset(offset: int) -> type[Register]:
    """The register at an offset of a core's window. Raises `KeyError` where none is known.

    >>> by_offset(0x1014).__name__
    'CNA_CONV_CON3'
    """
    return _OFFSETS[offset]


def find(offset: int) -> type[Register] | None:
    """The register at an offset of a core's window; None where none is known."""
    return _OFFSETS.get(offset)


def by_name(name: str) -> type[Register]:
    """The register of that name, the block's first. Raises `KeyError`.

    >>> hex(by_name("DPU_RDMA_RDMA_WEIGHT").offset)
    '0x5068'
    """
    return _NAMES[name]

# SPDX-License-Identifier: MIT
"""States that a command stream loads. Names: Mesa's state.xml; an unknown one has its address."""

from __future__ import annotations

from npucore.evidence import Fact, Outcome, level
from npucore.hw.registers import Bits, Register, Source
from npucore_vsim.facts import A311D


def _source(text: str, *outcomes: Outcome) -> Source:
    """A fact: Mesa's boards (`RAN`) or the maker's simulator (`MODELLED`) took such states."""
    return Source(text, level([Fact("states", A311D, text, text, o) for o in outcomes], A311D))


MESA = _source("Mesa's captured streams", Outcome.RAN)
MESA_ON_ONE = _source("Mesa's captured streams of another chip", Outcome.MODELLED)
VENDOR = _source("load states of VeriSilicon's compiler", Outcome.READ)
BOTH = _source("Mesa's captured streams and VeriSilicon's load states", Outcome.RAN)
API = {0: "OpenGL", 2: "OpenCL"}


class PA_SYSTEM_MODE(Register, offset=0x0A28):
    """Written once: 0x11."""

    value = Bits(31, 0, "0x11", MESA)


class PS_NN_INST_ADDR(Register, offset=0x10A0):
    """Start a job of the NN cores."""

    address = Bits(31, 6, "address of the descriptor >> 6", MESA)
    slot = Bits(5, 0, "0 in serial mode", MESA)


class PS_UNK10A4(Register, offset=0x10A4):
    """Written behind a job, or behind the last of those that share one operation."""

    slot = Bits(5, 0, "as the job's", MESA)


class PS_TP_INST_ADDR(Register, offset=0x10B8):
    """Start a job of one TP core."""

    address = Bits(31, 6, "address of the descriptor >> 6", MESA)
    slot = Bits(5, 0, "1 (0x1f from the vendor) on all but the last part of a job", BOTH)


class GL_FLUSH_CACHE(Register, offset=0x380C):
    """Written twice behind the last job: 0xc23."""

    value = Bits(31, 0, "0xc23", MESA)


class GL_API_MODE(Register, offset=0x384C):
    """Written once."""

    mode = Bits(1, 0, "2", MESA, API)


class GL_UNK3884(Register, offset=0x3884):
    """Only the vendor writes it, for the A311D: 0x220000."""

    value = Bits(31, 0, "0x220000", VENDOR)


class GL_NN_CONFIG(Register, offset=0x3930):
    """How the NN cores run the next jobs."""

    core_count = Bits(11, 8, "0: all cores", MESA)
    small_batch = Bits(4, 4, "1 from Mesa and on V8 vendor streams, 0x40 aside", MESA_ON_ONE)
    disable_zdpn = Bits(2, 2, "1: 1x1 kernels channel by channel", VENDOR)
    unk_3 = Bits(3, 3)
    unk_0 = Bits(1, 0)
    unk_5 = Bits(7, 5)
    unk_12 = Bits(31, 12)


class GL_UNK3938(Register, offset=0x3938):
    """Only the vendor writes it, for the i.MX8MP: 0x400000."""

    value = Bits(31, 0, "0x400000", VENDOR)


class GL_OCB_REMAP_START(Register, offset=0x393C):
    """Where on-chip memory begins in the address space; 0: nowhere."""

    address = Bits(31, 0, "0", MESA)


class GL_OCB_REMAP_END(Register, offset=0x3940):
    """Where it ends."""

    address = Bits(31, 0, "0", MESA)


class GL_TP_CONFIG(Register, offset=0x394C):
    """How the TP cores run the next jobs."""

    value = Bits(31, 0, "0", MESA)


class UNK_1A698(Register, offset=0x1A698):
    """Only the vendor writes it: 0xf00."""

    value = Bits(31, 0, "0xf00", VENDOR)


STATES: dict[int, type[Register]] = {
    kind.offset: kind
    for kind in (
        PA_SYSTEM_MODE,
        PS_NN_INST_ADDR,
        PS_UNK10A4,
        PS_TP_INST_ADDR,
        GL_FLUSH_CACHE,
        GL_API_MODE,
        GL_UNK3884,
        GL_NN_CONFIG,
        GL_UNK3938,
        GL_OCB_REMAP_START,
        GL_OCB_REMAP_END,
        GL_TP_CONFIG,
        UNK_1A698,
    )
}
"""By address."""

# SPDX-License-Identifier: MIT
"""MAC array and accumulator."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.codes import CNA_PRECISION, GROUP_STATE, PING_PONG, ROUNDING
from npucore_rocket.registers.source import FLOAT, KERNEL, MESA, STREAMS, TRM


class CORE_S_STATUS(Register, offset=0x3000):
    """State of the two register groups of CORE."""

    status_1 = Bits(17, 16, "register group 1", TRM, GROUP_STATE)
    status_0 = Bits(1, 0, "register group 0", TRM, GROUP_STATE)


class CORE_S_POINTER(Register, offset=0x3004):
    """Ping-pong control of CORE: streams write 0x0e, loads of the look-up table 0x30."""

    executer = Bits(16, 16, "group that is being executed; read-only", TRM)
    executer_pp_clear = Bits(5, 5, "write 1: executer back to group 0", TRM)
    pointer_pp_clear = Bits(4, 4, "write 1: register pointer back to group 0", TRM)
    pointer_pp_mode = Bits(3, 3, "when the register pointer alternates", KERNEL, PING_PONG)
    executer_pp_en = Bits(2, 2, "let the executer alternate between the groups", KERNEL)
    pointer_pp_en = Bits(1, 1, "let the register pointer alternate", KERNEL)
    pointer = Bits(0, 0, "group that receives register writes without ping-pong", TRM)


class CORE_OPERATION_ENABLE(Register, offset=0x3008):
    """Start CORE; a stream starts all blocks at once.

    This register and all at later offsets are double-buffered.
    """

    op_en = Bits(0, 0, "start the block with the current group", TRM)


class CORE_MAC_GATING(Register, offset=0x300C):
    """MAC clock gating, reset 0x07800800."""

    slcg_op_en = Bits(26, 0, "gating mask", TRM)


class CORE_MISC_CFG(Register, offset=0x3010):
    """MAC mode."""

    soft_gating = Bits(19, 14, "accumulator gating", TRM)
    proc_precision = Bits(10, 8, "arithmetic type", FLOAT, CNA_PRECISION)
    dw_en = Bits(1, 1, "1: depthwise", MESA)
    qd_en = Bits(0, 0, "1: sum up the features, too, for BS_OW_OP", MESA)


class CORE_DATAOUT_SIZE_0(Register, offset=0x3014):
    """Output size."""

    dataout_height = Bits(31, 16, "height - 1", MESA)
    dataout_width = Bits(15, 0, "width - 1", MESA)


class CORE_DATAOUT_SIZE_1(Register, offset=0x3018):
    """Output channels."""

    dataout_channel = Bits(15, 0, "padded channels - 1", MESA)


class CORE_CLIP_TRUNCATE(Register, offset=0x301C):
    """Accumulator to 32 bits."""

    round_type = Bits(6, 6, "rounding", TRM, ROUNDING)
    clip_truncate = Bits(4, 0, "right shift before the DPU", MESA)


class CORE_UNKNOWN_3030(Register, offset=0x3030):
    """Not in the TRM; every working convolution stream writes 0 after CLIP_TRUNCATE."""

    value = Bits(31, 0, "write 0", STREAMS)

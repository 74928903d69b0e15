# SPDX-License-Identifier: MIT
"""Every task is checked here before it may run; a bad one is refused in one sentence.

Reads words and a map of buffers only, as the hardware does: an independent reading of the hardware
reference, which shares no code with what plans, emits, lowers, lays out and links. It knows int8
convolutions, direct and depthwise, with or without bias and addend, dilated or `transposed`, with a
look-up table behind (`looked_up`), and Mesa's packed one-channel input; maps through the DPU alone
(`flying`, `stages`, `operation`); and `pooling`. Anything else is refused, whether or not the chip
could do it: what nobody has seen run may hang a board.

Every bit of every register is either fixed (`settings`), or has limits of its own (`limits`) and
those that other registers give (`sizes`, `cbuf`), or is an address (`extents`). Entries of tables
have rules of their own (`dpu_lut`).
"""

from npucore_rocket.validate.buffers import Buffer
from npucore_rocket.validate.job import Fetch, validate_job

__all__ = ["Buffer", "Fetch", "validate_job"]

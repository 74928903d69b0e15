# SPDX-License-Identifier: MIT
"""Where it is known from what a field means, and who ran it; how well it is known follows.

Names, offsets and positions are those of Mesa's registers.xml throughout.
"""

from __future__ import annotations

from npucore.evidence import Fact, level
from npucore.hw.registers import Source
from npucore_rocket import facts as f


def _source(text: str, *parties: str, chip: str = f.RK3588) -> Source:
    """A source, and the parties that have run such fields on boards with *chip*."""
    runs = [Fact("fields", chip, party, text) for party in parties]
    return Source(text, level(runs, f.RK3588))


MESA = _source(
    "Mesa's rocket driver (int8 on RK3588 boards); TRM chapter 36", f.MESA, f.GREG, f.IREE
)
KERNEL = _source("Linux drivers/accel/rocket; TRM chapter 36", f.MESA, f.GREG, f.IREE)
VERSION = _source("Linux drivers/accel/rocket, which prints it; TRM chapter 36", f.MESA)
STREAMS = _source("Mesa's and the vendor's streams; not in the TRM", f.MESA, f.GREG)
STREAMS_TRM = _source("Mesa's and the vendor's streams; TRM chapter 36", f.MESA, f.GREG)
VENDOR = _source("the vendor's streams alone")
FLOAT = _source(
    "allbilly/rk3588 (fp16 on RK3588 boards); the vendor's streams; TRM chapter 36",
    f.ALLBILLY,
    f.IREE,
)
POOLING = _source(
    "allbilly/rk3588, int8 by another party (facts of 2026-11, A6); TRM chapter 36",
    f.ALLBILLY,
    f.GREG,
)
LUT = _source(
    "allbilly/rk3588 and happyme531/rknpu2_matmul_open (RK3588 boards); TRM chapter 36",
    f.ALLBILLY,
    f.HAPPYME,
)
CHANNELS = _source("two parties' RK3588 boards (facts of 2026-11, 0.3, 0.4, A1)", f.GREG, f.IREE)
TIES = _source("an RK3588 board (facts of 2026-11, 0.7); TRM chapter 36", f.GREG)
ALLBILLY = _source("allbilly/rk3588 (RK3588 boards); TRM chapter 36", f.ALLBILLY)
HAPPYME = _source("happyme531/rknpu2_matmul_open (RK3588 boards); TRM chapter 36", f.HAPPYME)
RK3568 = _source("a fork of Mesa for the RK3568; TRM chapter 36", f.IAV, chip=f.RK3568)
RV1103 = _source("dnhkng/open-rknpu (RV1103); TRM chapter 36", f.OPEN_RKNPU, chip=f.RV1103)
TRM = _source("TRM chapter 36")

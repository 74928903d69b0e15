# SPDX-License-Identifier: MIT
"""Captures whose streams are wrong, and where their outputs are right nevertheless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Right(Enum):
    """Which outputs are as TFLite's."""

    INSIDE = "those that no padding reaches"
    NOWHERE = "too few to say which"
    REFUSED = "none: the simulator refuses the task"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of Mesa's compiler; *letter* as in rocket-arithmetic.md section 6."""

    pattern: str
    letter: str
    right: Right
    reason: str

    def covers(self, name: str) -> bool:
        return re.fullmatch(self.pattern, name) is not None


ODD_LANES = "depthwise padding takes PAD_CON1's second byte in the odd lanes"
TORN = "weights lie in groups of C channels, registers say C rounded up to 16"

FAULTS = (
    Fault(r"mobiledet8[67]", "a", Right.INSIDE, ODD_LANES),
    Fault(r"g_dw_\d+_k\d_c(32|64)_s\d_p1", "a", Right.INSIDE, ODD_LANES),
    Fault(r"g_chan_dw(48|72|96|120|128)", "a", Right.INSIDE, ODD_LANES),
    Fault(r"g_chan_dw(24|40|56)", "c", Right.NOWHERE, TORN),
    Fault(r"g_chan_ic(1[7-9]|2\d|3[01])", "c", Right.NOWHERE, TORN),
)
"""Layers alone."""

ADD_FAULTS = (
    Fault(
        r"g_add_(40|80)_k3_ic(32|120)_.*",
        "b",
        Right.INSIDE,
        "a convolution of a graph with ADD pads with -128 whatever its zero point",
    ),
    Fault(
        r"g_add_8_k3_ic(32|120)_.*",
        "d",
        Right.REFUSED,
        "8 columns are fetched, 16 are declared, and the kernel meets the ninth",
    ),
    Fault(
        r"g_add_\d+_k\d_ic1_.*",
        "d",
        Right.NOWHERE,
        "inputs of one channel are scaled by 32388 / 32768",
    ),
)
"""Convolution plus tensor."""

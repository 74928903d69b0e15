# SPDX-License-Identifier: MIT
"""The expected cost of an op."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Bound(enum.StrEnum):
    """The part of the hardware that an op waits for."""

    MACS = "macs"
    POST = "post-processing"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class OpCost:
    """The expected cost of an op on one core, without the driver's part.

    Parameters
    ----------
    op
        Index in the graph.
    macs
        Multiply-accumulates of the op, see `npucore.ops.macs`; 0 if it is not made of them.
    utilisation
        Those that the hardware does for it as a part of what it could do meanwhile, 0 to 1.
    bound
        What takes the most of it.
    """

    op: int
    seconds: float
    bytes: float
    macs: int
    utilisation: float
    bound: Bound

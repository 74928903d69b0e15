# SPDX-License-Identifier: MIT
"""How well a fact about hardware is known."""

from __future__ import annotations

import enum


class Evidence(enum.IntEnum):
    """How well it is known that the hardware does what a rule, field or formula says."""

    PAPER = 1  # register text or inference
    SIBLING = 2  # ran on a chip of the family
    SHOWN = 3  # one party's hardware
    PROVEN = 4  # ran on the chip, confirmed independently

    def __str__(self) -> str:
        return self.name.lower()

# SPDX-License-Identifier: MIT
"""How well things are known of a chip."""

from __future__ import annotations

from collections.abc import Callable

from npucore.evidence import Claim
from npucore_rocket import facts
from npucore_rocket.chip import Chip

Known = Callable[[str], Claim]


def known_of(chip: Chip) -> Known:
    """How well a thing is known of a chip."""
    return lambda what: facts.FACTS.claim(what, chip.name)

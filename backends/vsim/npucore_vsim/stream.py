# SPDX-License-Identifier: MIT
"""The front end's command stream: packets that load states.

>>> [hex(word) for word in encode([Load(0x3930, 0x10)])]
['0x8010e4c', '0x10']
>>> decode([0x08010E4C, 0x10])
[Load(address=14640, value=16)]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from npucore.hw.registers import Register
from npucore_vsim.registers.states import STATES

LOAD_STATE = 0x08000000
OPCODE = 0xF8000000
COUNT_SHIFT, COUNT_MASK = 16, 0x3FF
ADDRESS_MASK = 0xFFFF


@dataclass(frozen=True, slots=True)
class Load:
    """One state is set. *address* is in bytes."""

    address: int
    value: int

    @property
    def state(self) -> Register | None:
        """The state by its fields; None if it has no name."""
        kind = STATES.get(self.address)
        return None if kind is None else kind.decode(self.value)


@dataclass(frozen=True, slots=True)
class Idle:
    """A word of 0, as streams begin and end with."""


@dataclass(frozen=True, slots=True)
class Strange:
    """A word that is no packet known here, or a packet cut short."""

    word: int


Item = Load | Idle | Strange


def load(state: Register) -> Load:
    """The packet that sets *state*."""
    return Load(state.offset, state.word)


def encode(loads: Iterable[Load]) -> list[int]:
    """Two words for each state. Source: Mesa's captured streams."""
    words: list[int] = []
    for each in loads:
        words += [LOAD_STATE | 1 << COUNT_SHIFT | each.address >> 2, each.value]
    return words


def decode(words: Sequence[int]) -> list[Item]:
    """What *words* say, nothing left out. A packet of n states has n words and fills up to 8."""
    items: list[Item] = []
    at = 0
    while at < len(words):
        word = int(words[at])
        count = word >> COUNT_SHIFT & COUNT_MASK
        if word == 0:
            items.append(Idle())
            at += 1
        elif word & OPCODE != LOAD_STATE or not count or at + count >= len(words):
            items.append(Strange(word))
            at += 1
        else:
            first = (word & ADDRESS_MASK) << 2
            values = words[at + 1 : at + 1 + count]
            items += [Load(first + 4 * i, int(value)) for i, value in enumerate(values)]
            at += 1 + count + (count + 1) % 2
    return items

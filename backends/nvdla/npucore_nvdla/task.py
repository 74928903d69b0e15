# SPDX-License-Identifier: MIT
"""Tasks whose addresses are still symbolic: words first, addresses last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npucore.family.code import Address
from npucore_nvdla.stream import Words


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One run of the hardware, for the graph's op number *op*.

    *addresses* are still to be written, by the place of their register among *words*. Tasks that
    differ in addresses alone share their words.
    """

    op: int
    words: Words
    addresses: Mapping[int, Address]

    def linked(self, bases: Mapping[str, int]) -> Words:
        """The words for buffers at these addresses."""
        words = self.words.copy()
        for place, address in self.addresses.items():
            words[place, 1] = address.at(bases)
        return words

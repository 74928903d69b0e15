# SPDX-License-Identifier: MIT
"""Descriptors whose addresses are still symbolic: words first, addresses last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from npucore_vsim.registers import NNDescriptor, TPDescriptor

KERNEL_ADDRESS_SHIFT = 6


class Address(NamedTuple):
    """A place in a buffer whose own address is known only when the program is loaded."""

    buffer: str
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One descriptor; *addresses* by the names of their fields, which are 0 in it.

    *more* says that the next job is another part of the same operation, for another TP core.
    """

    descriptor: NNDescriptor | TPDescriptor
    addresses: Mapping[str, Address]
    more: bool = False

    def linked(self, bases: Mapping[str, int]) -> NNDescriptor | TPDescriptor:
        """The descriptor with the addresses that buffers have now."""
        found = {name: bases[a.buffer] + a.offset for name, a in self.addresses.items()}
        if "kernel_address" in found:
            found["kernel_address"] >>= KERNEL_ADDRESS_SHIFT
        return self.descriptor.replaced(**found)

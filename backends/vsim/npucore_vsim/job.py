# SPDX-License-Identifier: MIT
"""Descriptors whose addresses are still symbolic: words first, addresses last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npucore.family.code import Address
from npucore_vsim.registers import NNDescriptor, TPDescriptor

KERNEL_ADDRESS_SHIFT = 6


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One descriptor; *addresses* by the names of their fields, which are 0 in it.

    *more* says that the next job is another part of the same operation, for another TP core. *op*
    is the index of the graph's op that it computes, None for a transpose at the border.
    """

    descriptor: NNDescriptor | TPDescriptor
    addresses: Mapping[str, Address]
    more: bool = False
    op: int | None = None

    def linked(self, bases: Mapping[str, int]) -> NNDescriptor | TPDescriptor:
        """The descriptor with the addresses that buffers have now."""
        found = {name: address.at(bases) for name, address in self.addresses.items()}
        if "kernel_address" in found:
            found["kernel_address"] >>= KERNEL_ADDRESS_SHIFT
        return self.descriptor.replaced(**found)

# SPDX-License-Identifier: MIT
"""Emitted writes -> words with holes for addresses -> words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from npucore_rocket import stream
from npucore_rocket.emit import Address, Pointer, Write
from npucore_rocket.registers.global_ import GLOBAL_OPERATION_ENABLE
from npucore_rocket.stream import OFFSET_BITS, Words

CONVOLUTION = GLOBAL_OPERATION_ENABLE(cna_op_en=1, core_op_en=1, dpu_op_en=1, dpu_rdma_op_en=1)


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One task's words; where *relocations* point, an address is still to be added."""

    words: Words
    relocations: tuple[tuple[int, Address], ...]


def assemble(writes: Iterable[Write]) -> Code:
    """The words of a convolution task that no other follows.

    The tail names no next task: mainline starts every task itself and does not read it.
    """
    body, relocations = [], []
    for place, write in enumerate(writes):
        if isinstance(write, Pointer):
            relocations.append((place, write.address))
            body.append(write.register())
        else:
            body.append(write)
    return Code(stream.task(body, CONVOLUTION), tuple(relocations))


def link(code: Code, bases: Mapping[str, int]) -> Words:
    """The words for buffers at these addresses."""
    words = code.words.copy()
    for place, address in code.relocations:
        words[place] |= np.uint64(bases[address.buffer] + address.offset << OFFSET_BITS)
    return words

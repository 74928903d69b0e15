# SPDX-License-Identifier: MIT
"""The validator: judges a task from its words alone before any device sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npucore.errors import DeviceError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address
from npucore.hw.memory import SimulationError
from npucore_nvdla.chip import Chip
from npucore_nvdla.extents import Extents, extents
from npucore_nvdla.registers import BLOCKS, REGISTERS, block_of
from npucore_nvdla.stream import (
    ENABLES,
    LOADING,
    Words,
    decode,
    enabled,
    loads_tables,
    loads_well,
    looks_up,
)


class TaskError(DeviceError):
    """A task that must not run: a fault of the compiler. Nothing was submitted."""


class Validator:
    """Judges tasks for a chip in buffers of these *sizes*; words that several share once.

    *every* are the words of all tasks that will run.
    """

    def __init__(self, chip: Chip, sizes: Mapping[str, int], every: Iterable[Words] = ()) -> None:
        self._chip, self._sizes = chip, sizes
        once = {id(words): words for words in every}.values()
        self._written = frozenset(offset for words in once for offset in words[:, 0].tolist())
        self._known: dict[bytes, str | Extents] = {}

    def complaint(self, words: Words, addresses: Mapping[int, Address]) -> str:
        """Why a task must not run; empty if it may.

        *addresses* will be written to *words*, by the place of their register.
        """
        key = words.tobytes()
        if key not in self._known:
            self._known[key] = self._judged(words)
        found = self._known[key]
        return found if isinstance(found, str) else self._reach(words, addresses, found)

    def _judged(self, words: Words) -> str | Extents:
        """The fault of the words alone, or the bytes that they reach."""
        try:
            decode(words)
        except ValueError as error:
            return str(error)
        offsets = words[:, 0].tolist()
        if loads_tables(words):
            if not (self._chip.tables and loads_well(words)):
                return "it loads tables that the chip has not, or in another form"
            offsets = offsets[len(LOADING) :]
        if looks_up(words) is not loads_tables(words):
            return "it has tables and looks nothing up, or the other way round"
        if len(set(offsets)) != len(offsets):
            return "it writes a register twice"
        names = enabled(words)
        enables = [BLOCKS[name].D_OP_ENABLE.offset for name in names]
        if offsets[len(offsets) - len(enables) :] != enables or set(words[:, 1].tolist()) == {0}:
            return "it does not end with the enables of its blocks"
        for offset in offsets:
            if block_of(offset) not in names or REGISTERS[offset].__name__[0] != "D":
                return f"it writes {REGISTERS[offset].__name__} at {offset:#x}, not its own"
        if sum(offset in ENABLES for offset in offsets) != len(names):
            return "it writes an enable of 0"
        try:
            return extents(words, self._chip, self._written)
        except SimulationError as error:
            return str(error)

    def _reach(self, words: Words, addresses: Mapping[int, Address], found: Extents) -> str:
        """Whether each address is in its buffer as far as the task reaches."""
        wanted = {kind.offset: (kind, extent) for kind, extent in found.items()}
        places = [n for n, offset in enumerate(words[:, 0].tolist()) if offset in wanted]
        if list(addresses) != places or len(places) != len(wanted):
            return "addresses for other registers than those that hold one"
        ends = set()
        for place, address in addresses.items():
            kind, (size, written) = wanted[int(words[place, 0])]
            if words[place, 1] or address.offset % self._chip.atom_bytes:
                return f"{kind.__name__} is no whole atom"
            allowed = (ACTIVATIONS,) if written else (ACTIVATIONS, CONSTANTS)
            if address.buffer not in allowed:
                return f"{kind.__name__} points to {address.buffer}"
            if address.offset < 0 or address.offset + size > self._sizes[address.buffer]:
                end = address.offset + size
                return f"{kind.__name__} ends at byte {end} of its buffer"
            if written:
                ends.add((address.buffer, address.offset))
        return "" if len(ends) == 1 else "CACC and SDP write to two places"

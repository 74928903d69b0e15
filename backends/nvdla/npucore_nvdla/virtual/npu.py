# SPDX-License-Identifier: MIT
"""An NVDLA with time: tasks run at once in the simulator, and are seen to end when they would."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.hw.memory import Bytes, Memory, SimulationError
from npucore_nvdla.chip import Chip
from npucore_nvdla.cost import work
from npucore_nvdla.registers import BLOCKS, cdma, cfgrom
from npucore_nvdla.sim.device import Nvdla
from npucore_nvdla.stream import ENABLES, MASK, POINTERS, STATUS, enabled
from npucore_nvdla.virtual.faults import Effect

ACCESS_NS = 200  # a guess: a register over the bus
UNIT = 4  # registers are counted in words
GONE = 0xFFFFFFFF
NEVER = 1 << 62
RUNNING = 1  # S_STATUS of a block's group 0
STATUS_OF = {BLOCKS[name].S_STATUS.offset: name for name in POINTERS}
FIXED = {cdma.S_CBUF_FLUSH_STATUS.offset: 1}
BASE = "CFGROM_CDMA_BASE_"


class VirtualNpu:
    """Registers by number, as `npucore.hw.uio.Words`, and the interrupt's line.

    Parameters
    ----------
    fault
        What happens to the task that begins, if anything does.
    """

    def __init__(self, chip: Chip, clock: float, fault: Callable[[], object]) -> None:
        self.chip, self.now, self.silent = chip, 0, False
        self.clock, self._fault = clock, fault
        self._memory = Memory()
        self._place: int | None = None
        self._npu = Nvdla(chip, self._memory)
        self._writes: list[tuple[int, int]] = []
        self._ends = 0  # when the status that the simulator has can be seen
        self._busy: tuple[str, ...] = ()  # blocks of the task until then
        self._early = False  # an interrupt that nothing has caused
        self.lost = False  # no interrupt for what has ended
        self.log: list[str] = []
        self._fixed = {**FIXED, **_configuration(chip)}

    def show(self, address: int, data: Bytes) -> None:
        """Let it see *data*, in place of what it saw before."""
        self.hide()
        self._memory.map(address, data)
        self._place = address

    def hide(self) -> None:
        """Let it see nothing."""
        if self._place is not None:
            self._memory.unmap(self._place)
            self._npu.forget()
            self._place = None

    def __getitem__(self, number: int) -> int:
        self.now += ACCESS_NS
        offset = number * UNIT
        if self.silent:
            return GONE
        if offset in self._fixed:
            return self._fixed[offset]
        if self.now < self._ends:
            if offset == STATUS.offset:
                return 0
            if STATUS_OF.get(offset) in self._busy:
                return RUNNING
        return self._npu.read(offset)

    def __setitem__(self, number: int, value: int) -> None:
        self.now += ACCESS_NS
        offset = number * UNIT
        if self.silent or self._ends == NEVER:
            return
        self._writes.append((offset, value))
        before = self._npu.read(STATUS.offset)
        try:
            self._npu.write(offset, value)
        except SimulationError as error:
            self.log.append(str(error))
            self._ends = NEVER
            return
        if offset in ENABLES and self._npu.read(STATUS.offset) & ~before:
            self._begun()

    def _begun(self) -> None:
        """The task whose last enable was written."""
        words = np.array(self._writes, np.uint32).reshape(-1, 2)
        last = {int(offset): place for place, offset in enumerate(words[:, 0])}
        words = words[sorted(last.values())]
        self._writes.clear()
        effect = self._fault()
        self.lost, self._early = effect is Effect.LOST, effect is Effect.SPURIOUS
        self.silent = self.silent or effect is Effect.SILENT
        self._busy = enabled(words)
        seconds = work(words, self.chip).seconds(self.clock)
        self._ends = NEVER if effect is Effect.HANG else self.now + round(seconds * 1e9)

    def interrupt_at(self) -> int | None:
        """When the line rises, if anything is to come."""
        if self._early:
            self._early = False
            return self.now
        raised = self._npu.read(STATUS.offset) & ~self._npu.read(MASK.offset)
        return None if self.lost or not raised or self._ends == NEVER else self._ends

    def release(self) -> None:
        """Somebody has closed the window."""


def _configuration(chip: Chip) -> dict[int, int]:
    """The registers of CFGROM that say which one it is."""
    sizes = {
        "ATOMIC_C": chip.atomic_c,
        "ATOMIC_K": chip.atomic_k,
        "CBUF_BANK_NUM": chip.banks,
        "CBUF_BANK_WIDTH": chip.entry_bytes,
        "CBUF_BANK_DEPTH": chip.bank_entries,
    }
    return {cfgrom.TABLE[f"{BASE}{name}"].offset: size for name, size in sizes.items()}

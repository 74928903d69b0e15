# SPDX-License-Identifier: MIT
"""The host's part of tasks, register by register: groups, writes, the end.

Source: hardware reference 2.2; of the flush, of registers that keep other programs' values, and of
interrupts the maker's kernel driver (nvdla/sw, kmd), read, not run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from npucore.errors import DeviceError
from npucore.family.device import StoppedJobError
from npucore_nvdla.chip import Chip
from npucore_nvdla.registers import BLOCKS, REGISTERS, RESET, block_of, cdma, cfgrom, glb
from npucore_nvdla.stream import (
    ENABLES,
    EVERY_DONE,
    MASK,
    OTHERS_DONE,
    POINTERS,
    STATUS,
    Words,
    done_bit,
    enabled,
    turns,
)
from npucore_nvdla.uio.open_node import GONE, OpenNode

MAJOR = 0x31  # the digit 1: the first generation, of which all known configurations are
CONSUMER = 16  # the bit of S_POINTER that says which group runs next
FLUSH_NS = 100_000_000  # a guess: the buffer is set to 0 after a reset, entry by entry
HANG_NS = 5_000_000_000  # a guess: the largest task takes tenths of a second in an FPGA
LOOK_NS = 100_000_000  # how long an interrupt is waited for until it might have been lost
FIRST_PAUSE_NS, LONGEST_PAUSE_NS = 20_000, 1_000_000  # between looks where there is no interrupt


def identify(node: OpenNode, chips: Iterable[Chip], wanted: Chip | None) -> Chip:
    """The configuration behind *node*, by its version and CFGROM. Raises `DeviceError`.

    One that has no CFGROM is what is *wanted*, if anything is.
    """
    version = node.read(glb.S_NVDLA_HW_VERSION)
    if version == GONE or version & 0xFF != MAJOR:
        raise DeviceError(f"{node.path}: its version is {version:#x}, which is no NVDLA's")
    table = cfgrom.TABLE
    found = tuple(
        node.read(table[f"CFGROM_CDMA_BASE_{name}"])
        for name in ("ATOMIC_C", "ATOMIC_K", "CBUF_BANK_NUM", "CBUF_BANK_WIDTH", "CBUF_BANK_DEPTH")
    )
    if not any(found) and wanted is not None:
        return wanted
    known = {_sizes(chip): chip for chip in chips}
    if found not in known:
        macs, buffer = f"{found[0]} x {found[1]} MACs", " x ".join(map(str, found[2:]))
        raise DeviceError(f"{node.path}: {macs} and a buffer of {buffer}, no known configuration")
    if wanted is not None and known[found] != wanted:
        raise DeviceError(f"{node.path}: nvdla:{known[found].name}, wanted nvdla:{wanted.name}")
    return known[found]


def _sizes(chip: Chip) -> tuple[int, ...]:
    return (chip.atomic_c, chip.atomic_k, chip.banks, chip.entry_bytes, chip.bank_entries)


class Host:
    """Runs tasks on an idle NVDLA, one after the other. Raises `DeviceError` for one that is not.

    Not for several threads at once.
    """

    def __init__(self, node: OpenNode) -> None:
        self._node = node
        self._count: Counter[str] = Counter()
        self._awaited = 0  # the bit of a task that nobody has waited for to the end
        self._settle()
        node.write(MASK.offset, OTHERS_DONE)
        node.write(STATUS.offset, EVERY_DONE)
        self._interrupts = node.allow_interrupt()

    def _settle(self) -> None:
        """Wait for the buffer's flush, see that nothing runs, and set registers to their reset."""
        node = self._node
        end = node.clock_ns() + FLUSH_NS
        while not node.read(cdma.S_CBUF_FLUSH_STATUS) & 1:
            if node.clock_ns() >= end:
                raise DeviceError(f"{node.path}: its buffer is not flushed; reset the NVDLA")
            node.sleep(FIRST_PAUSE_NS)
        for name, pointer in POINTERS.items():
            if status := node.read(BLOCKS[name].S_STATUS):
                said = f"{name} is busy ({status:#x}) with a task of somebody else"
                raise DeviceError(f"{node.path}: {said}; reset the NVDLA")
            self._count[name] = node.read(pointer) >> CONSUMER & 1
        for group in (0, 1):
            for pointer in POINTERS.values():
                node.write(pointer.offset, group)
            for offset in REGISTERS:
                if is_set_by_tasks(offset):
                    node.write(offset, RESET.get(offset, 0))

    def run(self, number: int, words: Words) -> None:
        """Task *number*, to its end. Raises `StoppedJobError` if it does not come."""
        names = enabled(words)
        writes = [(register.offset, register.word) for register in turns(names, self._count)]
        writes += map(tuple, words.tolist())
        self._write(writes)
        self._awaited = done_bit(names, self._count)
        self._count.update(names)
        self.drain(number)

    def _write(self, writes: list[tuple[int, int]]) -> None:
        """All, whatever comes between: half a task would keep the NPU busy for ever."""
        at = 0
        try:
            for offset, value in writes:
                self._node.write(offset, value)
                at += 1
        except KeyboardInterrupt:
            for offset, value in writes[at:]:
                self._node.write(offset, value)
            raise

    def drain(self, number: int = 0) -> None:
        """Wait for the task that was begun last, if it has not ended."""
        if not self._awaited:
            return
        end, pause = self._node.clock_ns() + HANG_NS, FIRST_PAUSE_NS
        off = False  # interrupts, since one has come
        while not (status := self._status()) & self._awaited:
            if self._node.clock_ns() >= end:
                self._awaited = 0
                raise StoppedJobError(number, f"did not end within {HANG_NS // 10**9} s")
            if not self._interrupts:
                self._node.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_NS)
            elif off:
                off = not self._node.allow_interrupt()
            else:
                off = self._node.await_interrupt(LOOK_NS)
        self._node.write(STATUS.offset, status)
        self._awaited = 0
        if off:
            self._node.allow_interrupt()

    def _status(self) -> int:
        status = self._node.read(STATUS)
        if status == GONE:
            raise DeviceError(f"{self._node.path}: it answers no more")
        return status


def is_set_by_tasks(offset: int) -> bool:
    """Whether the register is of a group, and no enable."""
    name, block = REGISTERS[offset].__name__, block_of(offset)
    return block in POINTERS and name.startswith("D_") and offset not in ENABLES

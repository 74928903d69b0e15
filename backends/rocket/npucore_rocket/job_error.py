# SPDX-License-Identifier: MIT
"""What is said of a job that failed on the device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npucore.family.device import JobError
from npucore_rocket.disasm import list_task
from npucore_rocket.registers.cna import (
    CNA_CONV_CON1,
    CNA_DATA_SIZE0,
    CNA_DATA_SIZE1,
    CNA_DATA_SIZE3,
    CNA_FEATURE_DATA_ADDR,
    CNA_WEIGHT_SIZE2,
)
from npucore_rocket.registers.cna_decompressor import CNA_DCOMP_ADDR0
from npucore_rocket.registers.dpu import DPU_DST_BASE_ADDR
from npucore_rocket.stream import Words, Write, decode

TELLING = (
    CNA_CONV_CON1,
    CNA_DATA_SIZE0,
    CNA_DATA_SIZE1,
    CNA_DATA_SIZE3,
    CNA_WEIGHT_SIZE2,
    CNA_FEATURE_DATA_ADDR,
    CNA_DCOMP_ADDR0,
    DPU_DST_BASE_ADDR,
)


class RocketJobError(JobError):
    """With the *words* of its tasks, addresses filled in; `lines` has them register by register."""

    def __init__(self, op: str, number: int, jobs: int, why: str, words: Sequence[Words]) -> None:
        self.words = tuple(words)
        shown = ", ".join(self._registers())
        said = f"{len(words)} task(s), {why}; its registers: {shown}"
        super().__init__(op, number, jobs, why, said)

    @property
    def lines(self) -> tuple[str, ...]:
        """All registers of all tasks, for people."""
        tasks = [list_task(self.number or 0, None, decode(words), {}) for words in self.words]
        return tuple(line for task in tasks for line in task.lines)

    def _registers(self) -> Iterator[str]:
        """Those that say the most: mode, sizes and addresses of the first task."""
        for item in decode(self.words[0]):
            if isinstance(item, Write) and item.register in TELLING:
                yield f"{item.register.__name__}={item.value:#x}"

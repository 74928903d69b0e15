# SPDX-License-Identifier: MIT
"""What is said of a job that failed on the device."""

from __future__ import annotations

from collections.abc import Sequence

from npucore.family.device import JobError
from npucore_rocket.disasm import list_task, telling
from npucore_rocket.stream import Words, decode


class RocketJobError(JobError):
    """With the *words* of its tasks, addresses filled in; `lines` has them register by register."""

    def __init__(self, op: str, number: int, jobs: int, why: str, words: Sequence[Words]) -> None:
        self.words = tuple(words)
        shown = ", ".join(telling(words[0]))
        said = f"{len(words)} task(s), {why}; its registers: {shown}"
        super().__init__(op, number, jobs, why, said)

    @property
    def lines(self) -> tuple[str, ...]:
        """All registers of all tasks, for people."""
        tasks = [list_task(self.number or 0, None, decode(words), {}) for words in self.words]
        return tuple(line for task in tasks for line in task.lines)

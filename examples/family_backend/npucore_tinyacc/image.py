# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device. Maps lie as tensors do, so nothing is converted."""

from __future__ import annotations

import numpy as np

from npucore.family.code import COMMANDS, Bytes, Port
from npucore.family.device import JobError, StoppedJobError
from npucore.family.image import Image
from npucore.tensor import Array
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.registers import ORDER
from npucore_tinyacc.stream import TASK_BYTES, Run
from npucore_tinyacc.task import Task
from npucore_tinyacc.validate import TaskError, complaint


class TinyaccImage(Image[Chip, Task, Run]):
    """Raises `TaskError` for a task that must not run."""

    def link(self) -> list[Run]:
        """Write every task's words, and say where they are."""
        runs = []
        for number, task in enumerate(self.compiled.jobs):
            why = complaint(task.words, task.addresses, self.sizes, self.compiled.chip)
            if why and self.loading.checked:
                raise TaskError(f"{self.loading.name(task.op)}: {why}")
            words = task.linked(self.bases).astype("<u4").tobytes()
            self.memory[COMMANDS][number * TASK_BYTES :][:TASK_BYTES] = np.frombuffer(words, "u1")
            runs.append(Run(self.bases[COMMANDS] + number * TASK_BYTES, len(ORDER)))
        return runs

    def view(self, memory: Bytes, port: Port) -> Array:
        """In the tensor's own shape."""
        data = memory[port.offset :][: port.tensor.size_bytes]
        return data.view(port.dtype).reshape(port.shape)

    def pack(self, array: Array, view: Array, port: Port) -> None:
        """A copy."""
        view[...] = array

    def unpack(self, view: Array, port: Port) -> Array:
        """A copy."""
        return view.copy()

    def names(self) -> dict[int, str]:
        """The op that the words at an address compute, for traces."""
        tasks = enumerate(self.compiled.jobs)
        base = self.bases[COMMANDS]
        return {base + n * TASK_BYTES: self.loading.name(task.op) for n, task in tasks}

    def stopped(self, stop: StoppedJobError) -> JobError:
        """Which op it was."""
        tasks = self.compiled.jobs
        return JobError(self.loading.name(tasks[stop.number].op), stop.number, len(tasks), stop.why)

# SPDX-License-Identifier: MIT
"""A compiled graph in the memory of one device: words linked, maps as atoms, tasks ready."""

from __future__ import annotations

import numpy as np

from npucore.family.code import COMMANDS, Bytes, Port
from npucore.family.device import JobError, StoppedJobError
from npucore.family.image import Image
from npucore.tensor import Array
from npucore_nvdla.chip import Chip
from npucore_nvdla.layout import Int8s, pack_map, unpack_map
from npucore_nvdla.maps import shape_of
from npucore_nvdla.stream import WRITE_BYTES, Run
from npucore_nvdla.task import Task
from npucore_nvdla.validate import TaskError, Validator


class NvdlaImage(Image[Chip, Task, Run]):
    """Raises `TaskError` for a task that must not run."""

    def link(self) -> list[Run]:
        """Write every task's words, and say where they are."""
        runs, end = [], 0
        judge = Validator(
            self.compiled.chip, self.sizes, [task.words for task in self.compiled.jobs]
        )
        for task in self.compiled.jobs:
            if self.loading.checked and (why := judge.complaint(task.words, task.addresses)):
                raise TaskError(f"{self.loading.name(task.op)}: {why}")
            words = task.linked(self.bases).astype("<u4", copy=False)
            data = np.frombuffer(words.tobytes(), np.uint8)
            self.memory[COMMANDS][end : end + data.size] = data
            runs.append(Run(self.bases[COMMANDS] + end, len(words)))
            end += len(words) * WRITE_BYTES
        return runs

    def view(self, memory: Bytes, port: Port) -> Int8s:
        """(C1, H, W, A)."""
        shape, chip = shape_of(port.tensor), self.compiled.chip
        data = memory[port.offset :][: shape.size_bytes(chip)].view(np.int8)
        return data.reshape(shape.surfaces(chip), shape.rows, shape.columns, chip.atom_bytes)

    def pack(self, array: Array, view: Array, port: Port) -> None:
        """Pixels of channels -> surfaces of atoms."""
        pack_map(array.reshape(shape_of(port.tensor)), view)

    def unpack(self, view: Array, port: Port) -> Array:
        """Surfaces of atoms -> pixels of channels."""
        channels = shape_of(port.tensor).channels
        return unpack_map(view, channels, port.dtype).reshape(port.shape)

    def names(self) -> dict[int, str]:
        """The op that the words at an address compute, for traces."""
        found, end = {}, self.bases[COMMANDS]
        for task in self.compiled.jobs:
            found[end] = self.loading.name(task.op)
            end += len(task.words) * WRITE_BYTES
        return found

    def stopped(self, stop: StoppedJobError) -> JobError:
        """The op it was made of."""
        tasks = self.compiled.jobs
        return JobError(self.loading.name(tasks[stop.number].op), stop.number, len(tasks), stop.why)

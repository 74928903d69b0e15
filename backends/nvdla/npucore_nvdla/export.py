# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts, and their words as text.

===============  ==============  ==========================================================
``words``        (W, 2) uint32   the tasks' words in order, addresses 0
``counts``       (T,) int64      how many writes each task is
``ops``          (T,) int64      the op in the graph of every task
``relocations``  (R, 4) int64    task, write, buffer (of *buffers*), offset
===============  ==============  ==========================================================

The rest is every family's: `npucore.family.export`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, ListedTask, ListedWord, Listing
from npucore.errors import UnsupportedError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address, Compiled
from npucore.family.export import Stored, exported, without_ends
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.maps import shape_of
from npucore_nvdla.program import NvdlaCompiled, commands_bytes
from npucore_nvdla.registers import block_of
from npucore_nvdla.stream import decode
from npucore_nvdla.task import Task
from npucore_nvdla.validate import Validator

BUFFERS = (CONSTANTS, ACTIVATIONS)
MOST_WRITES = 512  # of a task


def export(compiled: NvdlaCompiled) -> Exported:
    """A compiled graph for a file."""
    tasks = compiled.jobs
    holes = [
        (number, place, BUFFERS.index(address.buffer), address.offset)
        for number, task in enumerate(tasks)
        for place, address in task.addresses.items()
    ]
    words = [np.zeros((0, 2), np.uint32), *(task.words for task in tasks)]
    arrays = {
        "words": np.concatenate(words),
        "counts": np.array([len(task.words) for task in tasks], np.int64),
        "ops": np.array([task.op for task in tasks], np.int64),
    }
    return exported(compiled, arrays, holes)


def restore(
    exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor], chip: Chip
) -> NvdlaCompiled:
    """Undo `export` for a graph with these ends. Every number is checked: `InvalidModelError`."""
    stored = Stored.read(exported, "nvdla", chip.name)
    tasks = _tasks(stored)
    judge = Validator(chip, stored.sizes, [task.words for task in tasks])
    for number, task in enumerate(tasks):
        why = judge.complaint(task.words, task.addresses)
        stored.require(not why, f"task {number}: {why}")

    def span(tensor: Tensor) -> int:
        if tensor.dtype not in (np.int8, np.uint8):
            raise ValueError(f"{tensor.dtype}, wanted int8 or uint8")
        try:
            return shape_of(tensor).size_bytes(chip)
        except UnsupportedError as error:
            raise ValueError(str(error)) from error

    return Compiled(
        chip=chip,
        jobs=tasks,
        constants=stored.constants,
        inputs=stored.ports("inputs", inputs, span, "map"),
        outputs=stored.ports("outputs", outputs, span, "map"),
        activations_bytes=stored.activations_bytes,
        commands_bytes=commands_bytes(tasks),
    )


def _tasks(stored: Stored) -> tuple[Task, ...]:
    ops, counts = stored.array("ops", np.int64, 1), stored.array("counts", np.int64, 1)
    words = stored.array("words", np.uint32, 2, columns=2)
    stored.require(bool((ops >= 0).all()), "a task of an op below 0")
    stored.require(len(ops) == len(counts), f"{len(counts)} counts for {len(ops)} tasks")
    known = bool(((counts > 0) & (counts <= MOST_WRITES)).all()) and int(counts.sum()) == len(words)
    stored.require(known, f"{len(words)} words for tasks of other sizes")
    addresses: list[dict[int, Address]] = [{} for _ in ops]
    holes = stored.relocations(counts, [stored.sizes[name] for name in BUFFERS])
    for number, place, buffer, offset in holes.tolist():
        addresses[number][place] = Address(BUFFERS[buffer], offset)
    split = np.split(words, np.cumsum(counts)[:-1]) if len(counts) else []
    return tuple(map(Task, ops.tolist(), split, addresses))


def listing(exported: Exported, chip: Chip) -> Listing:
    """The listing of the words, addresses still symbolic. Raises as `restore` does."""
    tasks = restore(without_ends(exported), (), (), chip).jobs
    return Listing(tuple(_listed(number, task) for number, task in enumerate(tasks)))


def _listed(number: int, task: Task) -> ListedTask:
    words, lines = [], []
    for place, register in enumerate(decode(task.words)):
        name, address = type(register).__name__, task.addresses.get(place)
        at = None if address is None else ListedAddress(address.buffer, address.offset)
        block, fields = block_of(register.offset), register.field_values()
        words.append(ListedWord(block, name, register.offset, register.word, fields, at))
        said = f"{register}" if at is None else f"{name} {at.buffer}+{at.offset:#x}"
        lines.append(f"{block} {said}")
    return ListedTask(number, task.op, tuple(words), tuple(lines))

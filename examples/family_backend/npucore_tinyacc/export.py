# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts, and their words as text.

===============  ==============  ==========================================================
``words``        (W, 2) uint32   the tasks' words in order, addresses 0
``ops``          (T,) int64      the op in the graph of every task
``relocations``  (R, 4) int64    task, register's place, buffer (of *buffers*), offset
===============  ==============  ==========================================================

The rest is every family's: `npucore.family.export`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, ListedTask, ListedWord, Listing
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address, Compiled
from npucore.family.export import Stored, exported, without_ends
from npucore.tensor import Tensor
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.program import TinyaccCompiled
from npucore_tinyacc.registers import ORDER
from npucore_tinyacc.stream import TASK_BYTES, decode
from npucore_tinyacc.task import Task
from npucore_tinyacc.validate import complaint

BUFFERS = (CONSTANTS, ACTIVATIONS)


def export(compiled: TinyaccCompiled) -> Exported:
    """A compiled graph for a file."""
    tasks = compiled.jobs
    holes = [
        (number, place, BUFFERS.index(address.buffer), address.offset)
        for number, task in enumerate(tasks)
        for place, address in task.addresses.items()
    ]
    words = [np.zeros((0, 2), np.uint32), *(task.words for task in tasks)]
    ops = np.array([task.op for task in tasks], np.int64)
    return exported(compiled, {"words": np.concatenate(words), "ops": ops}, holes)


def restore(
    exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor], chip: Chip
) -> TinyaccCompiled:
    """Undo `export` for a graph with these ends. Every number is checked: `InvalidModelError`."""
    stored = Stored.read(exported, "tinyacc", chip.name)
    tasks = _tasks(stored)
    for number, task in enumerate(tasks):
        why = complaint(task.words, task.addresses, stored.sizes, chip)
        stored.require(not why, f"task {number}: {why}")
    return Compiled(
        chip=chip,
        jobs=tasks,
        constants=stored.constants,
        inputs=stored.ports("inputs", inputs, _span, "map"),
        outputs=stored.ports("outputs", outputs, _span, "map"),
        activations_bytes=stored.activations_bytes,
        commands_bytes=len(tasks) * TASK_BYTES,
    )


def _span(tensor: Tensor) -> int:
    if tensor.dtype != np.int8:
        raise ValueError(f"{tensor.dtype}, wanted int8")
    return tensor.elements


def _tasks(stored: Stored) -> tuple[Task, ...]:
    ops = stored.array("ops", np.int64, 1)
    words = stored.array("words", np.uint32, 2, columns=2)
    stored.require(bool((ops >= 0).all()), "a task of an op below 0")
    wanted = ops.size * len(ORDER)
    stored.require(len(words) == wanted, f"{len(words)} words, wanted {wanted}")
    addresses: list[dict[int, Address]] = [{} for _ in ops]
    places = np.full(ops.size, len(ORDER))
    holes = stored.relocations(places, [stored.sizes[name] for name in BUFFERS])
    for number, place, buffer, offset in holes.tolist():
        addresses[number][place] = Address(BUFFERS[buffer], offset)
    split = words.reshape(-1, len(ORDER), 2)
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
        fields = register.field_values()
        words.append(ListedWord("tinyacc", name, register.offset, register.word, fields, at))
        lines.append(f"{register}" if at is None else f"{name} {at.buffer}+{at.offset:#x}")
    return ListedTask(number, task.op, tuple(words), tuple(lines))

# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts.

===============  ============  ==================================================
``words``        (W,) uint64   the tasks' words in order, addresses left out
``tasks``        (T, 3) int64  job, op in the graph, number of words
``relocations``  (R, 4) int64  task, word in it, buffer (index of `BUFFERS`), offset
===============  ============  ==================================================

The rest is every family's: `npucore.family.export`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, Listing
from npucore.family.code import ACTIVATIONS, COMMANDS, CONSTANTS, Address, Compiled
from npucore.family.export import Stored, exported, without_ends
from npucore.hw.arena import ALIGNMENT
from npucore.quantize import Int64s
from npucore.tensor import Tensor
from npucore_rocket import stream
from npucore_rocket.chip import Chip
from npucore_rocket.disasm import WORD_BYTES, list_task
from npucore_rocket.layout import ceil_to
from npucore_rocket.link import Code
from npucore_rocket.maps import map_bytes, map_shape
from npucore_rocket.program import CompiledJob, CompiledTask, RocketCompiled
from npucore_rocket.reach import stored_form
from npucore_rocket.registers.dialect import DialectError
from npucore_rocket.stream import Item, Strange, Words, Write

BACKEND = "rocket"
DTYPES = {False: (np.int8, np.uint8), True: (np.int8, np.uint8, np.float32)}  # with fp16 or not
BUFFERS = (CONSTANTS, ACTIVATIONS, COMMANDS)


def export(compiled: RocketCompiled) -> Exported:
    """A compiled graph for a file."""
    tasks = [(number, task) for number, job in enumerate(compiled.jobs) for task in job]
    offsets, end = _offsets(task.code.words.size for _, task in tasks)
    assert (offsets, end) == ([task.offset for _, task in tasks], compiled.commands_bytes)
    rows = [(job, task.op, task.code.words.size) for job, task in tasks]
    holes = [
        (number, place, BUFFERS.index(address.buffer), address.offset)
        for number, (_, task) in enumerate(tasks)
        for place, address in task.code.relocations
    ]
    words = np.concatenate([np.zeros(0, np.uint64), *(task.code.words for _, task in tasks)])
    arrays = {"words": words, "tasks": np.array(rows, np.int64).reshape(-1, 3)}
    return exported(compiled, arrays, holes)


def _offsets(counts: Iterable[int]) -> tuple[list[int], int]:
    """Where tasks of so many words lie in the buffer of commands, and its size."""
    offsets, end = [], 0
    for count in counts:
        offsets.append(end)
        end = ceil_to(end + count * WORD_BYTES, ALIGNMENT)
    return offsets, end


def restore(
    exported: Exported,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    chip: Chip,
    *,
    judged: bool = True,
) -> RocketCompiled:
    """Undo `export` for a graph with these ends.

    Every number is checked: `InvalidModelError` for one that is out of range. What the words make
    the NPU do is not judged here, and unless *judged*, whether they do anything.
    """
    stored = Stored.read(exported, BACKEND, chip.name)
    jobs, end = _jobs(stored, chip, judged)
    span = partial(_span, chip)
    return Compiled(
        chip=chip,
        jobs=jobs,
        constants=stored.constants,
        inputs=stored.ports("inputs", inputs, span, "map", partial(stored_form, chip)),
        outputs=stored.ports("outputs", outputs, span, "map"),
        activations_bytes=stored.activations_bytes,
        commands_bytes=end,
    )


def _span(chip: Chip, tensor: Tensor) -> int:
    if map_shape(tensor) is None or tensor.dtype not in DTYPES[chip.halves is not None]:
        raise ValueError(f"{tensor.dtype}{tensor.shape} is no feature map")
    return map_bytes(tensor, chip)


def listing(exported: Exported, chip: Chip) -> Listing:
    """What the words say, with the addresses that they wait for. Raises as `restore` does."""
    jobs = restore(without_ends(exported), (), (), chip).jobs
    return Listing(
        tuple(
            list_task(number, task.op, *_said(task.code, chip))
            for number, job in enumerate(jobs)
            for task in job
        )
    )


def _said(code: Code, chip: Chip) -> tuple[list[Item], dict[int, ListedAddress]]:
    """The words as the family has them, and where they wait for which address."""
    words = stream.understood(code.words, chip)
    places = {place: place for place, _ in code.relocations}
    if chip.dialect is not None:
        offsets = [stream.value_and_offset(int(code.words[place]))[1] for place in places]
        found = [stream.value_and_offset(word)[1] for word in words.tolist()]
        places = dict(zip(places, map(found.index, offsets), strict=True))
    listed = {places[place]: ListedAddress(a.buffer, a.offset) for place, a in code.relocations}
    return stream.decode(words), listed


def _jobs(stored: Stored, chip: Chip, judged: bool) -> tuple[tuple[CompiledJob, ...], int]:
    """The jobs, and the bytes of the buffer of commands."""
    words, rows = stored.array("words", np.uint64, 1), _tasks(stored)
    counts = [int(count) for count in rows[:, 2]]
    stored.require(sum(counts) == words.size, f"{words.size} words, but tasks of {sum(counts)}")
    starts = np.cumsum([0, *counts])
    offsets, end = _offsets(counts)
    sizes = stored.sizes | {COMMANDS: end}
    holes = stored.relocations(rows[:, 2], [sizes[name] for name in BUFFERS], ("task", "word"))
    each = [words[starts[number] :][:count] for number, count in enumerate(counts)]
    if judged:
        waiting = words[starts[holes[:, 0]] + holes[:, 1]]
        _check_words(stored, _understood(stored, each, chip), waiting)
    pointers: list[list[tuple[int, Address]]] = [[] for _ in counts]
    for task, place, buffer, offset in holes.tolist():
        pointers[task].append((place, Address(BUFFERS[buffer], offset)))
    jobs: dict[int, list[CompiledTask]] = {}
    for number, (job, op, _) in enumerate(rows.tolist()):
        code = Code(each[number], tuple(pointers[number]))
        jobs.setdefault(job, []).append(CompiledTask(op, code, offsets[number]))
    return tuple(tuple(job) for job in jobs.values()), end


def _tasks(stored: Stored) -> Int64s:
    rows = stored.array("tasks", np.int64, 2, columns=3)
    jobs = rows[:, 0]
    stored.require(
        not len(rows) or (jobs[0] == 0 and bool(np.isin(np.diff(jobs), (0, 1)).all())),
        "tasks whose jobs are not in order",
    )
    stored.require(bool((rows[:, 1] >= 0).all()), "a task of an op below 0")
    stored.require(bool((rows[:, 2] > 0).all()), "a task without words")
    return rows


def _understood(stored: Stored, tasks: Sequence[Words], chip: Chip) -> Words:
    """The words of all tasks, as the family has them."""
    if not tasks:
        return np.zeros(0, np.uint64)
    try:
        return np.concatenate([stream.understood(words, chip) for words in tasks])
    except DialectError as error:
        stored.invalid(str(error))


def _check_words(stored: Stored, words: Words, holes: Words) -> None:
    """Every word says something, and those that wait for an address write 0 until then."""
    for item in stream.decode(np.unique(words)):
        if isinstance(item, Strange):
            stored.invalid(f"the word {item.word:#018x}: {item.reason}")
    for item in stream.decode(np.unique(holes)):
        if not isinstance(item, Write) or item.value:
            stored.invalid(f"an address for the word {item.word:#018x}")

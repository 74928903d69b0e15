# SPDX-License-Identifier: MIT
"""Compiled graphs <-> JSON and arrays, for artefacts.

==============  ======================  ========================================================
``words``       (W,) uint64             the tasks' words in order, addresses left out
``tasks``       (T, 3) int64            job, op in the graph, number of words
``relocations`` (R, 4) int64            task, word in it, buffer (index of `BUFFERS`), offset
``constants``   (C,) uint8              weights and coefficients, as the NPU reads them
==============  ======================  ========================================================

The manifest has the chip, the bytes of activations, and where the inputs and outputs lie among
them; their shapes are those of the tensors that the artefact has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from npucore.contract.backend import Exported
from npucore.contract.listing import ListedAddress, Listing
from npucore.errors import InvalidModelError
from npucore.files.document import Document
from npucore.hw.arena import ALIGNMENT
from npucore.quantize import Int64s
from npucore.tensor import Array, Tensor
from npucore_rocket import stream
from npucore_rocket.chip import Chip
from npucore_rocket.disasm import WORD_BYTES, list_task
from npucore_rocket.emit import Address
from npucore_rocket.layout import ceil_to
from npucore_rocket.link import Code
from npucore_rocket.maps import map_shape
from npucore_rocket.program import (
    ACTIVATIONS,
    COMMANDS,
    CONSTANTS,
    Compiled,
    CompiledTask,
    Port,
)
from npucore_rocket.quantize import zero_point
from npucore_rocket.stream import Strange, Words, Write

VERSION = 1
BUFFERS = (CONSTANTS, ACTIVATIONS, COMMANDS)
LARGEST_BYTES = 1 << 31  # of activations: a wrong size must not become an allocation beyond reason
DTYPES = (np.int8, np.uint8)


def export(compiled: Compiled, chip: Chip) -> Exported:
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
    return Exported(
        {
            "version": VERSION,
            "chip": chip.name,
            "activations_bytes": compiled.activations_bytes,
            "inputs": [port.offset for port in compiled.inputs],
            "outputs": [port.offset for port in compiled.outputs],
        },
        {
            "words": np.concatenate([np.zeros(0, np.uint64), *(t.code.words for _, t in tasks)]),
            "tasks": np.array(rows, np.int64).reshape(-1, 3),
            "relocations": np.array(holes, np.int64).reshape(-1, 4),
            "constants": compiled.constants,
        },
    )


def _offsets(counts: Iterable[int]) -> tuple[list[int], int]:
    """Where tasks of so many words lie in the buffer of commands, and its size."""
    offsets, end = [], 0
    for count in counts:
        offsets.append(end)
        end = ceil_to(end + count * WORD_BYTES, ALIGNMENT)
    return offsets, end


def restore(
    exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor], chip: Chip
) -> Compiled:
    """Undo `export` for a graph with these ends.

    Every number is checked: `InvalidModelError` for one that is out of range. What the words make
    the NPU do is not judged here.
    """
    manifest = Document(exported.manifest, "rocket")
    _check_version(manifest, chip)
    size = manifest["activations_bytes"].integer(0, LARGEST_BYTES)
    constants = _array(exported, "constants", np.uint8, 1)
    jobs, end = _jobs(exported, {CONSTANTS: constants.size, ACTIVATIONS: size})
    return Compiled(
        jobs=jobs,
        constants=constants,
        inputs=_ports(manifest["inputs"], inputs, size),
        outputs=_ports(manifest["outputs"], outputs, size),
        activations_bytes=size,
        commands_bytes=end,
    )


def listing(exported: Exported, chip: Chip) -> Listing:
    """What the words say, with the addresses that they wait for. Raises as `restore` does."""
    manifest = Document(exported.manifest, "rocket")
    _check_version(manifest, chip)
    sizes = {
        CONSTANTS: _array(exported, "constants", np.uint8, 1).size,
        ACTIVATIONS: manifest["activations_bytes"].integer(0, LARGEST_BYTES),
    }
    jobs, _ = _jobs(exported, sizes)
    return Listing(
        tuple(
            list_task(number, task.op, stream.decode(task.code.words), _listed(task.code))
            for number, job in enumerate(jobs)
            for task in job
        )
    )


def _listed(code: Code) -> dict[int, ListedAddress]:
    return {place: ListedAddress(a.buffer, a.offset) for place, a in code.relocations}


def _check_version(manifest: Document, chip: Chip) -> None:
    if manifest["version"].integer() != VERSION:
        manifest["version"].invalid(f"{VERSION}, the version that is known here")
    if manifest["chip"].text() != chip.name:
        manifest["chip"].invalid(chip.name)


def _jobs(
    exported: Exported, sizes: dict[str, int]
) -> tuple[tuple[tuple[CompiledTask, ...], ...], int]:
    """The jobs, and the bytes of the buffer of commands."""
    words, rows = _array(exported, "words", np.uint64, 1), _tasks(exported)
    counts = [int(count) for count in rows[:, 2]]
    _require(sum(counts) == words.size, f"{words.size} words, but tasks of {sum(counts)}")
    starts = np.cumsum([0, *counts])
    offsets, end = _offsets(counts)
    holes = _relocations(exported, rows, sizes | {COMMANDS: end})
    _check_words(words, words[starts[holes[:, 0]] + holes[:, 1]])
    pointers: list[list[tuple[int, Address]]] = [[] for _ in counts]
    for task, place, buffer, offset in holes.tolist():
        pointers[task].append((place, Address(BUFFERS[buffer], offset)))
    jobs: dict[int, list[CompiledTask]] = {}
    for number, (job, op, count) in enumerate(rows.tolist()):
        code = Code(words[starts[number] :][:count], tuple(pointers[number]))
        jobs.setdefault(job, []).append(CompiledTask(op, code, offsets[number]))
    return tuple(tuple(job) for job in jobs.values()), end


def _tasks(exported: Exported) -> Int64s:
    rows = _array(exported, "tasks", np.int64, 2, columns=3)
    jobs = rows[:, 0]
    _require(
        not len(rows) or (jobs[0] == 0 and bool(np.isin(np.diff(jobs), (0, 1)).all())),
        "tasks whose jobs are not in order",
    )
    _require(bool((rows[:, 1] >= 0).all()), "a task of an op below 0")
    _require(bool((rows[:, 2] > 0).all()), "a task without words")
    return rows


def _relocations(exported: Exported, tasks: Int64s, sizes: dict[str, int]) -> Int64s:
    holes = _array(exported, "relocations", np.int64, 2, columns=4)
    task, place, buffer, offset = holes.T
    _require(bool(((task >= 0) & (task < len(tasks))).all()), "an address for no task")
    _require(bool(((place >= 0) & (place < tasks[task, 2])).all()), "an address for no word")
    _require(bool(((buffer >= 0) & (buffer < len(BUFFERS))).all()), "an address in no buffer")
    limits = np.array([sizes[name] for name in BUFFERS])
    _require(bool(((offset >= 0) & (offset < limits[buffer])).all()), "an address out of range")
    _require(len(np.unique(holes[:, :2], axis=0)) == len(holes), "two addresses for a word")
    return holes


def _check_words(words: Words, holes: Words) -> None:
    """Every word says something, and those that wait for an address write 0 until then."""
    for item in stream.decode(np.unique(words)):
        if isinstance(item, Strange):
            raise InvalidModelError(f"rocket: the word {item.word:#018x}: {item.reason}")
    for item in stream.decode(np.unique(holes)):
        if not isinstance(item, Write) or item.value:
            raise InvalidModelError(f"rocket: an address for the word {item.word:#018x}")


def _ports(offsets: Document, tensors: Sequence[Tensor], size: int) -> tuple[Port, ...]:
    given = offsets.items()
    _require(len(given) == len(tensors), f"{len(given)} maps for {len(tensors)} tensors")
    return tuple(_port(*pair, size) for pair in zip(given, tensors, strict=True))


def _port(offset: Document, tensor: Tensor, size: int) -> Port:
    shape, dtype = map_shape(tensor), tensor.dtype
    if shape is None or dtype not in DTYPES:
        raise InvalidModelError(f"rocket: {tensor.name}: {dtype}{tensor.shape} is no feature map")
    start = offset.integer(0, size - 1)
    end = start + shape.bytes_for(shape.channels)
    _require(end <= size, f"{tensor.name} ends at {end} of {size} bytes")
    return Port(tensor.name, tensor.shape, dtype, zero_point(tensor), shape, start)


def _array(
    exported: Exported, name: str, dtype: type[np.generic], rank: int, columns: int | None = None
) -> Array:
    array = exported.arrays.get(name)
    if array is None or array.dtype != dtype or array.ndim != rank:
        raise InvalidModelError(f"rocket: no {np.dtype(dtype)} array {name!r} of rank {rank}")
    _require(columns is None or array.shape[-1] == columns, f"{name} of shape {array.shape}")
    return array


def _require(condition: bool, why: str) -> None:
    if not condition:
        raise InvalidModelError(f"rocket: {why}")

# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from npucore.family.code import CONSTANTS, Address, Bytes, Compiled, Port
from npucore.family.joining import Copy, joined
from npucore.family.placing import Use, View, place_views
from npucore.graph import Graph
from npucore.hw.arena import ALIGNMENT
from npucore.tensor import Tensor
from npucore_nvdla.alias import views
from npucore_nvdla.chip import Chip
from npucore_nvdla.emit import Emitter
from npucore_nvdla.layout import Int8s, pack_elements, pack_map, pack_operands, pack_weights
from npucore_nvdla.lower.layer import Compute, Layer, PerElement, PerKernel, reads
from npucore_nvdla.maps import shape_of
from npucore_nvdla.stream import WRITE_BYTES
from npucore_nvdla.task import Task

NvdlaCompiled = Compiled[Chip, Task]
Step = tuple[int, Layer]


def compile_graph(graph: Graph, layers: Mapping[int, Sequence[Layer]], chip: Chip) -> NvdlaCompiled:
    """Place maps and constants, then emit every layer; *layers* by index of the op."""
    every = [(op, layer) for op, mine in layers.items() for layer in mine]
    found = _views(graph, every, layers, chip)
    steps = [(op, layer) for op, layer in every if not _vanishes(layer, found, chip)]
    placed = place_views(found, list(_uses(graph, steps, chip)))
    constants = _Constants(chip)
    emit = Emitter(placed.offsets, constants, chip)
    tasks = tuple(emit(op, layer) for op, layer in steps)
    return Compiled(
        chip=chip,
        jobs=tasks,
        constants=constants.joined(),
        inputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.inputs),
        outputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.outputs),
        activations_bytes=placed.size_bytes,
        commands_bytes=commands_bytes(tasks),
    )


def commands_bytes(tasks: Sequence[Task]) -> int:
    """Of all tasks' words, one task behind the other."""
    return sum(len(task.words) for task in tasks) * WRITE_BYTES


def _views(
    graph: Graph, steps: Sequence[Step], layers: Mapping[int, Sequence[Layer]], chip: Chip
) -> dict[Tensor, View]:
    """Views, and maps that are copied whole to where they are written at once instead."""
    found = views(graph, layers, chip)
    for _, layer in steps:  # maps of its own that an op takes detours by
        found.setdefault(layer.destination.tensor, View(layer.destination.tensor))
    copies = [copy for _, layer in steps for copy in _copies(layer, found, chip)]
    if not copies:
        return found
    written = {view.root: shape_of(view.root).size_bytes(chip) for view in found.values()}
    return joined(
        graph.inputs, found, copies, written, lambda tensor: shape_of(tensor).size_bytes(chip)
    )


def _copies(layer: Layer, found: Mapping[Tensor, View], chip: Chip) -> Iterator[Copy]:
    """A layer that only copies a whole map to bytes that lie together."""
    if not isinstance(layer, Compute) or not layer.points.nothing:
        return
    source, target = layer.source, layer.destination
    whole = source.shape == source.whole and source.tensor in found
    if whole and target.contiguous(chip) and source.tensor is not target.tensor:
        view, there = found[source.tensor], found[target.tensor]
        offset, size = there.offset + target.offset(chip), source.end(chip)
        yield Copy(view.root, view.offset, there.root, offset, size)


def _vanishes(layer: Layer, found: Mapping[Tensor, View], chip: Chip) -> bool:
    """Whether a copy has become one of a map onto itself."""
    for copy in _copies(layer, found, chip):
        return copy.root is copy.target and copy.source_offset == copy.offset
    return False


def _uses(graph: Graph, steps: Sequence[Step], chip: Chip) -> Iterator[Use]:
    """Inputs are there before the first step, outputs until behind the last."""

    def whole(tensor: Tensor, step: int) -> Use:
        return Use(tensor, shape_of(tensor).size_bytes(chip), step)

    for tensor in graph.inputs:
        yield whole(tensor, -1)
    for step, (_, layer) in enumerate(steps):
        for part in (*reads(layer), layer.destination):
            if not part.tensor.is_constant:
                yield Use(part.tensor, part.end(chip), step)
    for tensor in graph.outputs:
        yield whole(tensor, len(steps))


class _Constants:
    """Weights, operands and constant maps, one behind the other, each once."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._parts: list[Bytes] = [np.zeros(0, np.uint8)]
        self._known: dict[int, tuple[object, Address]] = {}
        self._end = 0

    def weights(self, values: Int8s) -> Address:
        return self._kept(values, lambda: pack_weights(values, self._chip))

    def operand(self, values: PerKernel | PerElement) -> Address:
        pack = pack_operands if isinstance(values, PerKernel) else pack_elements
        return self._kept(values.values, lambda: pack(values.values, self._chip))

    def map(self, tensor: Tensor) -> Address:
        return self._kept(tensor, lambda: self._packed(tensor))

    def joined(self) -> Bytes:
        """The whole buffer."""
        return np.concatenate(self._parts)

    def _packed(self, tensor: Tensor) -> Bytes:
        shape, atom = shape_of(tensor), self._chip.atom_bytes
        cube = np.zeros((shape.surfaces(self._chip), shape.rows, shape.columns, atom), np.int8)
        pack_map(np.asarray(tensor.data).reshape(shape), cube)
        return cube.reshape(-1).view(np.uint8)

    def _kept(self, key: object, pack: Callable[[], Bytes]) -> Address:
        """Where a constant lies; *key* is kept, so that no other object is taken for it."""
        if id(key) not in self._known:
            data = pack()
            self._known[id(key)] = key, Address(CONSTANTS, self._end)
            self._parts += [data, np.zeros(-data.size % ALIGNMENT, np.uint8)]
            self._end += data.size + self._parts[-1].size
        return self._known[id(key)][1]

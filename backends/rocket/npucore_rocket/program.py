# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npucore.errors import UnsupportedError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address, Compiled, Port
from npucore.family.placing import Use, View, place_views
from npucore.graph import Graph
from npucore.hw.arena import ALIGNMENT
from npucore.tensor import Tensor
from npucore_rocket.alias import views
from npucore_rocket.chip import Chip
from npucore_rocket.emit import Emission, Operands, flying, pool
from npucore_rocket.join import bytes_of, joined
from npucore_rocket.layout import (
    Int8s,
    ceil_to,
    coefficient_bytes,
    pack_coefficients,
    pack_depthwise_weights,
    pack_weights,
)
from npucore_rocket.link import Code, assemble, assemble_pointwise, assemble_pool
from npucore_rocket.lower import Layer
from npucore_rocket.lower.pointwise import Pointwise, Run
from npucore_rocket.lower.pool_task import PoolTask
from npucore_rocket.lower.requantization import Requantization
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import Plan
from npucore_rocket.quantize import fixed_scale


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTask:
    """One task: its words, their place in the buffer of commands, and the op it computes."""

    op: int  # index in the graph
    code: Code
    offset: int


Planned = Plan | Pointwise | PoolTask
CompiledJob = tuple[CompiledTask, ...]
"""The tasks of one plan, in order, which share its weights."""

RocketCompiled = Compiled[Chip, CompiledJob]


def compile_graph(
    graph: Graph, plans: Mapping[int, Sequence[Planned]], chip: Chip
) -> RocketCompiled:
    """Lay out constants and maps, then emit every step; *plans* by index of the op."""
    pairs = [(index, plan) for index, mine in plans.items() for plan in mine]
    found = _views(graph, [plan for _, plan in pairs], plans, chip)
    pairs = [(index, plan) for index, plan in pairs if not _vanishes(plan, found, chip)]
    every = [plan for _, plan in pairs]
    placed = place_views(found, list(_uses(graph, every, chip)))
    constants = _Constants(every, chip)
    jobs: list[CompiledJob] = []
    end = 0
    for index, plan in pairs:
        job = []
        for code in _codes(plan, placed.offsets, constants):
            job.append(CompiledTask(index, code, end))
            end = ceil_to(end + code.words.nbytes, ALIGNMENT)
        jobs.append(tuple(job))
    return Compiled(
        chip=chip,
        jobs=tuple(jobs),
        constants=constants.data,
        inputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.inputs),
        outputs=tuple(Port(tensor, placed.offsets[tensor]) for tensor in graph.outputs),
        activations_bytes=placed.size_bytes,
        commands_bytes=end,
    )


def _views(
    graph: Graph, plans: Sequence[Planned], computed: Container[int], chip: Chip
) -> dict[Tensor, View]:
    found = views(graph, computed)
    for plan in plans:  # maps of its own that an op takes detours by
        for tensor, _ in _used(plan, chip):
            found.setdefault(tensor, View(tensor))
    written: dict[Tensor, int] = {}
    for plan in plans:
        tensor, size = _used(plan, chip)[-1]
        view = found[tensor]
        written[view.root] = max(written.get(view.root, 0), view.offset + size)
    return joined(graph, found, plans, written, chip)


def _vanishes(plan: Planned, found: Mapping[Tensor, View], chip: Chip) -> bool:
    """Whether it copies a map onto itself."""
    if not isinstance(plan, Pointwise) or not plan.is_copy:
        return False
    here, there = (found[run.tensor] for run in plan.runs)
    starts = {
        view.offset + run.first * chip.atom_bytes
        for view, run in zip((here, there), plan.runs, strict=True)
    }
    return here.root is there.root and len(starts) == 1


def _uses(graph: Graph, plans: Sequence[Planned], chip: Chip) -> Iterator[Use]:
    """Inputs keep their bytes for good: the padding in their last channels is written only once."""
    for step, plan in enumerate(plans):
        for tensor, size in _used(plan, chip):
            yield Use(tensor, size, step)
    for tensor in graph.inputs:
        for step in (-1, len(plans)):
            yield Use(tensor, bytes_of(tensor, chip), step)
    for tensor in graph.outputs:
        yield Use(tensor, bytes_of(tensor, chip), len(plans))


def _used(plan: Planned, chip: Chip) -> list[tuple[Tensor, int]]:
    """The maps of a step, the destination last, and the bytes of each.

    They are those that it reads or writes, counted from the map's beginning.
    """
    if isinstance(plan, Pointwise):
        reach = plan.reach
        return [(run.tensor, (run.first + reach) * chip.atom_bytes) for run in plan.runs]
    if isinstance(plan, PoolTask):
        return [(tensor, bytes_of(tensor, chip)) for tensor in (plan.source, plan.destination)]
    layer, sizes = plan.layer, plan.sizes
    written = layer.first_channel + sizes.written_channels
    read = layer.source_channel + sizes.channels
    maps = [(layer.source, read), (layer.destination, written)]
    if layer.addend is not None:
        maps.insert(0, (layer.addend.tensor, written))
    return [(tensor, _shape(tensor).bytes_for(channels, chip)) for tensor, channels in maps]


def _shape(tensor: Tensor) -> MapShape:
    shape = map_shape(tensor)
    if shape is None:
        raise UnsupportedError(f"{tensor.name} of shape {tensor.shape} is no feature map")
    return shape


class _Constants:
    """Weights and coefficients, one behind the other."""

    def __init__(self, plans: Iterable[Planned], chip: Chip) -> None:
        self.chip = chip
        sizes = (size for plan in plans for size in _constant_bytes(plan, chip))
        self.data = np.zeros(sum(ceil_to(size, ALIGNMENT) for size in sizes), np.uint8)
        self._end = 0

    def room(self, size_bytes: int) -> tuple[Address, Int8s]:
        """The next bytes, zeroed: where they are, and they themselves."""
        start = self._end
        self._end += ceil_to(size_bytes, ALIGNMENT)
        return Address(CONSTANTS, start), self.data[start : start + size_bytes].view(np.int8)


def _constant_bytes(plan: Planned, chip: Chip) -> tuple[int, ...]:
    """Of weights and coefficients, a bias each or with what belongs to it; of operands."""
    if isinstance(plan, Pointwise):
        return tuple(run.nbytes for run in plan.constants)
    if isinstance(plan, PoolTask):
        return ()
    each = coefficient_bytes(chip, plan.layer.per_channel)
    return plan.sizes.weight_bytes, plan.sizes.written_channels * each


def _codes(plan: Planned, offsets: Mapping[Tensor, int], constants: _Constants) -> Iterator[Code]:
    chip = constants.chip
    if isinstance(plan, Pointwise):
        return assemble_pointwise(plan, _places(plan, offsets, constants), chip)
    if isinstance(plan, PoolTask):
        ends = (Address(ACTIVATIONS, offsets[each]) for each in (plan.source, plan.destination))
        return assemble_pool(plan, pool.Ends(*ends), chip)
    emission = _emission(plan, _operands(plan, offsets, constants), chip)
    return assemble(emission, plan.tasks)


def _places(step: Pointwise, offsets: Mapping[Tensor, int], constants: _Constants) -> flying.Places:
    def place(operand: Run | Int8s) -> Address:
        if isinstance(operand, Run):
            start = operand.first * constants.chip.atom_bytes
            return Address(ACTIVATIONS, offsets[operand.tensor] + start)
        address, room = constants.room(operand.nbytes)
        room[...] = operand
        return address

    second = None if step.operand is None else place(step.operand)
    return flying.Places(place(step.source), place(step.destination), second)


def _operands(plan: Plan, offsets: Mapping[Tensor, int], constants: _Constants) -> Operands:
    layer, addend, chip = plan.layer, plan.layer.addend, constants.chip
    weight_bytes, bias_bytes = _constant_bytes(plan, chip)
    weights, room = constants.room(weight_bytes)
    pack = pack_depthwise_weights if layer.depthwise else pack_weights
    pack(layer.weights, layer.weight_zero_points, room, chip)
    bias, room = constants.room(bias_bytes)
    _pack_coefficients(layer, plan.numbers, room, chip)
    source = layer.source_channel * layer.source_pixels
    if layer.source_band is not None:
        source += layer.source_band.first * chip.atom_bytes
    return Operands(
        source=Address(ACTIVATIONS, offsets[layer.source] + source),
        destination=_address(layer.destination, layer, offsets, chip),
        weights=weights,
        bias=bias,
        addend=None if addend is None else _address(addend.tensor, layer, offsets, chip),
    )


def _address(tensor: Tensor, layer: Layer, offsets: Mapping[Tensor, int], chip: Chip) -> Address:
    """Where a map of the destination's shape has the channels that the layer computes."""
    start = layer.first_channel * layer.destination_pixels
    if layer.destination_band is not None:
        start += layer.destination_band.first * chip.atom_bytes
    return Address(ACTIVATIONS, offsets[tensor] + start)


def _pack_coefficients(layer: Layer, numbers: Requantization, out: Int8s, chip: Chip) -> None:
    """Biases, with the multipliers of a layer that has one for each channel; 0 in the padding."""
    if numbers.multipliers is not None:
        pack_coefficients(layer.bias, -layer.weight_zero_points, numbers.multipliers, out, chip)
    else:
        out.view(np.int32)[: layer.kernels] = layer.bias


def _emission(plan: Plan, operands: Operands, chip: Chip) -> Emission:
    addend = plan.layer.addend
    scale = None if addend is None else fixed_scale(addend.scale)
    return Emission(plan.layer, plan.sizes, operands, plan.numbers, scale, chip)

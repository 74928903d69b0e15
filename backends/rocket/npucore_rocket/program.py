# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from npucore_rocket.emit import Emission, Operands
from npucore_rocket.layout import (
    Int8s,
    ceil_to,
    coefficient_bytes,
    pack_coefficients,
    pack_depthwise_weights,
    pack_weights,
)
from npucore_rocket.link import Code, assemble
from npucore_rocket.lower import Layer
from npucore_rocket.lower.requantization import Requantization
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import Geometry, Plan
from npucore_rocket.quantize import fixed_scale


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTask:
    """One task: its words, their place in the buffer of commands, and the op it computes."""

    op: int  # index in the graph
    code: Code
    offset: int


CompiledJob = tuple[CompiledTask, ...]
"""The tasks of one plan, in order, which share its weights."""

RocketCompiled = Compiled[Chip, CompiledJob]


def compile_graph(graph: Graph, plans: Mapping[int, Sequence[Plan]], chip: Chip) -> RocketCompiled:
    """Lay out constants and maps, then emit every layer; *plans* by index of the op."""
    pairs = [(index, plan) for index, mine in plans.items() for plan in mine]
    every = [plan for _, plan in pairs]
    placed = place_views(_views(graph, every), list(_uses(graph, every, chip)))
    constants = _Constants(every, chip)
    jobs: list[CompiledJob] = []
    end = 0
    for index, plan in pairs:
        job = []
        emission = _emission(plan, _operands(plan, placed.offsets, constants), chip)
        for code in assemble(emission, plan.tasks):
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


def _views(graph: Graph, plans: Sequence[Plan]) -> dict[Tensor, View]:
    found = views(graph)
    for plan in plans:  # maps of its own that an op takes detours by
        for tensor in (plan.layer.source, plan.layer.destination):
            found.setdefault(tensor, View(tensor))
    return found


def _uses(graph: Graph, plans: Sequence[Plan], chip: Chip) -> Iterator[Use]:
    """Inputs keep their bytes for good: the padding in their last channels is written only once."""
    for step, plan in enumerate(plans):
        for tensor, channels in _used(plan.layer, plan.sizes):
            yield Use(tensor, _shape(tensor).bytes_for(channels, chip), step)
    for tensor in graph.inputs:
        for step in (-1, len(plans)):
            yield _whole(tensor, step, chip)
    for tensor in graph.outputs:
        yield _whole(tensor, len(plans), chip)


def _whole(tensor: Tensor, step: int, chip: Chip) -> Use:
    shape = _shape(tensor)
    return Use(tensor, shape.bytes_for(shape.channels, chip), step)


def _used(layer: Layer, sizes: Geometry) -> list[tuple[Tensor, int]]:
    """The maps of a layer, and how many channels it reads or writes."""
    written = layer.first_channel + sizes.written_channels
    read = layer.source_channel + sizes.channels
    maps = [(layer.source, read), (layer.destination, written)]
    if layer.addend is not None:
        maps.append((layer.addend.tensor, written))
    return maps


def _shape(tensor: Tensor) -> MapShape:
    shape = map_shape(tensor)
    if shape is None:
        raise UnsupportedError(f"{tensor.name} of shape {tensor.shape} is no feature map")
    return shape


class _Constants:
    """Weights and coefficients, one behind the other."""

    def __init__(self, plans: Iterable[Plan], chip: Chip) -> None:
        self.chip = chip
        sizes = (size for plan in plans for size in _constant_bytes(plan, chip))
        self.data = np.zeros(sum(ceil_to(size, ALIGNMENT) for size in sizes), np.uint8)
        self._end = 0

    def room(self, size_bytes: int) -> tuple[Address, Int8s]:
        """The next bytes, zeroed: where they are, and they themselves."""
        start = self._end
        self._end += ceil_to(size_bytes, ALIGNMENT)
        return Address(CONSTANTS, start), self.data[start : start + size_bytes].view(np.int8)


def _constant_bytes(plan: Plan, chip: Chip) -> tuple[int, int]:
    """Of the weights, and of the coefficients: a bias each, or with what belongs to it."""
    each = coefficient_bytes(chip, plan.layer.per_channel)
    return plan.sizes.weight_bytes, plan.sizes.written_channels * each


def _operands(plan: Plan, offsets: Mapping[Tensor, int], constants: _Constants) -> Operands:
    layer, addend, chip = plan.layer, plan.layer.addend, constants.chip
    weight_bytes, bias_bytes = _constant_bytes(plan, chip)
    weights, room = constants.room(weight_bytes)
    pack = pack_depthwise_weights if layer.depthwise else pack_weights
    pack(layer.weights, layer.weight_zero_points, room, chip)
    bias, room = constants.room(bias_bytes)
    _pack_coefficients(layer, plan.numbers, room, chip)
    source = layer.source_channel * layer.source_shape.pixels
    return Operands(
        source=Address(ACTIVATIONS, offsets[layer.source] + source),
        destination=_address(layer.destination, layer, offsets),
        weights=weights,
        bias=bias,
        addend=None if addend is None else _address(addend.tensor, layer, offsets),
    )


def _address(tensor: Tensor, layer: Layer, offsets: Mapping[Tensor, int]) -> Address:
    """Where a map of the destination's shape has the channels that the layer computes."""
    start = layer.first_channel * layer.destination_shape.pixels
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

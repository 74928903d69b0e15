# SPDX-License-Identifier: MIT
"""A compiled graph: constants, tasks with holes for addresses, and where every map lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.hw.arena import ALIGNMENT, Lifetime, place
from npucore.tensor import Shape, Tensor
from npucore_rocket.alias import View, views
from npucore_rocket.emit import Address, Emission, Operands
from npucore_rocket.layout import (
    ATOM,
    COEFFICIENT_CHANNELS,
    COEFFICIENTS,
    Int8s,
    ceil_to,
    pack_coefficients,
    pack_depthwise_weights,
    pack_weights,
)
from npucore_rocket.link import Code, assemble
from npucore_rocket.lower import Layer
from npucore_rocket.lower.requantization import Requantization
from npucore_rocket.maps import MapShape, map_shape
from npucore_rocket.plan import Geometry, Plan
from npucore_rocket.quantize import fixed_scale, zero_point

CONSTANTS = "constants"
ACTIVATIONS = "activations"
COMMANDS = "commands"
BIAS_BYTES = 4  # for each channel
COEFFICIENT_BYTES = COEFFICIENTS.itemsize // COEFFICIENT_CHANNELS


@dataclass(frozen=True, slots=True)
class Place:
    """A map in the buffer of activations."""

    shape: MapShape
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTask:
    """One task: its words, their place in the buffer of commands, and the op it computes."""

    op: int  # index in the graph
    code: Code
    offset: int


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output: how the caller sees it, and where the NPU has it."""

    name: str
    shape: Shape
    dtype: np.dtype[Any]
    zero_point: int  # as the chip sees it
    map: MapShape
    offset: int  # in the buffer of activations


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """Everything that a device needs, still independent of addresses.

    *jobs* holds the tasks of one plan each, in order; tasks of one job share its weights.
    """

    jobs: tuple[tuple[CompiledTask, ...], ...]
    constants: npt.NDArray[np.uint8]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    activations_bytes: int
    commands_bytes: int


def compile_graph(graph: Graph, plans: Mapping[int, Sequence[Plan]]) -> Compiled:
    """Lay out constants and maps, then emit every layer; *plans* by index of the op."""
    pairs = [(index, plan) for index, mine in plans.items() for plan in mine]
    every = [plan for _, plan in pairs]
    places, activations_bytes = _place_maps(graph, every)
    constants = _Constants(every)
    jobs: list[tuple[CompiledTask, ...]] = []
    end = 0
    for index, plan in pairs:
        job = []
        emission = _emission(plan, _operands(plan, places, constants))
        for code in assemble(emission, plan.tasks):
            job.append(CompiledTask(index, code, end))
            end = ceil_to(end + code.words.nbytes, ALIGNMENT)
        jobs.append(tuple(job))
    return Compiled(
        jobs=tuple(jobs),
        constants=constants.data,
        inputs=tuple(_port(tensor, places) for tensor in graph.inputs),
        outputs=tuple(_port(tensor, places) for tensor in graph.outputs),
        activations_bytes=activations_bytes,
        commands_bytes=end,
    )


def _port(tensor: Tensor, places: Mapping[Tensor, Place]) -> Port:
    place = places[tensor]
    return Port(
        tensor.name, tensor.shape, tensor.dtype, zero_point(tensor), place.shape, place.offset
    )


class _Constants:
    """Weights and coefficients, one behind the other."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        sizes = (size for plan in plans for size in _constant_bytes(plan))
        self.data = np.zeros(sum(ceil_to(size, ALIGNMENT) for size in sizes), np.uint8)
        self._end = 0

    def room(self, size_bytes: int) -> tuple[Address, Int8s]:
        """The next bytes, zeroed: where they are, and they themselves."""
        start = self._end
        self._end += ceil_to(size_bytes, ALIGNMENT)
        return Address(CONSTANTS, start), self.data[start : start + size_bytes].view(np.int8)


def _constant_bytes(plan: Plan) -> tuple[int, int]:
    """Of the weights, and of the coefficients: a bias each, or four with what belongs to them."""
    each = COEFFICIENT_BYTES if plan.layer.per_channel else BIAS_BYTES
    return plan.sizes.weight_bytes, plan.sizes.written_channels * each


def _operands(plan: Plan, places: Mapping[Tensor, Place], constants: _Constants) -> Operands:
    layer, addend = plan.layer, plan.layer.addend
    weight_bytes, coefficient_bytes = _constant_bytes(plan)
    weights, room = constants.room(weight_bytes)
    pack = pack_depthwise_weights if layer.depthwise else pack_weights
    pack(layer.weights, layer.weight_zero_points, room)
    bias, room = constants.room(coefficient_bytes)
    _pack_coefficients(layer, plan.numbers, room)
    source = layer.source_channel * layer.source_shape.pixels
    return Operands(
        source=Address(ACTIVATIONS, places[layer.source].offset + source),
        destination=_address(layer.destination, layer, places),
        weights=weights,
        bias=bias,
        addend=None if addend is None else _address(addend.tensor, layer, places),
    )


def _address(tensor: Tensor, layer: Layer, places: Mapping[Tensor, Place]) -> Address:
    """Where a map of the destination's shape has the channels that the layer computes."""
    start = layer.first_channel * layer.destination_shape.pixels
    return Address(ACTIVATIONS, places[tensor].offset + start)


def _pack_coefficients(layer: Layer, numbers: Requantization, out: Int8s) -> None:
    """Biases, with the multipliers of a layer that has one for each channel; 0 in the padding."""
    if numbers.multipliers is not None:
        pack_coefficients(layer.bias, -layer.weight_zero_points, numbers.multipliers, out)
    else:
        out.view(np.int32)[: layer.kernels] = layer.bias


def _emission(plan: Plan, operands: Operands) -> Emission:
    addend = plan.layer.addend
    scale = None if addend is None else fixed_scale(addend.scale)
    return Emission(plan.layer, plan.sizes, operands, plan.numbers, scale)


def _place_maps(graph: Graph, plans: Sequence[Plan]) -> tuple[dict[Tensor, Place], int]:
    """Where every map lies; views share the bytes of their root.

    Inputs keep theirs for good, since the padding in their last channels is written only once.
    """
    found = views(graph)
    for plan in plans:  # maps of its own that an op takes detours by
        for tensor in (plan.layer.source, plan.layer.destination):
            found.setdefault(tensor, View(tensor))
    inputs = {found[tensor].root for tensor in graph.inputs}
    outputs = {found[tensor].root for tensor in graph.outputs}
    needed: dict[Tensor, int] = {}
    first: dict[Tensor, int] = {}
    last: dict[Tensor, int] = {}
    for step, plan in enumerate(plans):
        for tensor, channels in _used(plan.layer, plan.sizes):
            view = found[tensor]
            size_bytes = _shape(tensor).bytes_for(view.channel + channels)
            needed[view.root] = max(needed.get(view.root, 0), size_bytes)
            first.setdefault(view.root, step)
            last[view.root] = step
    for tensor in (*inputs, *outputs):
        shape = _shape(tensor)
        needed[tensor] = max(needed.get(tensor, 0), shape.bytes_for(shape.channels))
        last[tensor] = len(plans)
    first |= dict.fromkeys(inputs, -1)
    tensors = list(needed)
    pieces = [Lifetime(needed[t], first.get(t, -1), last[t]) for t in tensors]
    offsets, total = place(pieces)
    offset = dict(zip(tensors, offsets, strict=True))
    places = {
        tensor: _place(tensor, view, offset[view.root])
        for tensor, view in found.items()
        if view.root in offset
    }
    return places, total


def _used(layer: Layer, sizes: Geometry) -> list[tuple[Tensor, int]]:
    """The maps of a layer, and how many channels it reads or writes."""
    written = layer.first_channel + sizes.written_channels
    read = layer.source_channel + sizes.channels
    maps = [(layer.source, read), (layer.destination, written)]
    if layer.addend is not None:
        maps.append((layer.addend.tensor, written))
    return maps


def _place(tensor: Tensor, view: View, offset: int) -> Place:
    shape = _shape(tensor)
    return Place(shape, offset + view.channel // ATOM * shape.pixels * ATOM)


def _shape(tensor: Tensor) -> MapShape:
    shape = map_shape(tensor)
    if shape is None:
        raise UnsupportedError(f"{tensor.name} of shape {tensor.shape} is no feature map")
    return shape

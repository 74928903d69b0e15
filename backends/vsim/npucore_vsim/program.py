# SPDX-License-Identifier: MIT
"""A compiled graph: constants, jobs with holes for addresses, and where every image lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.hw.arena import Lifetime, place
from npucore.tensor import Shape, Tensor
from npucore_vsim import plan
from npucore_vsim.alias import View, views
from npucore_vsim.chip import Chip
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Bytes, Kernels, aligned
from npucore_vsim.emit import nn, tp
from npucore_vsim.emit.fields import between
from npucore_vsim.emit.lookup import TABLE_ADDRESS, lookup
from npucore_vsim.emit.pool import max_pool
from npucore_vsim.job import Address, Job
from npucore_vsim.lower.layer import Convolve, Layer, Lookup, MaxPool, Move, Reshuffle, Turn
from npucore_vsim.maps import stored_shape
from npucore_vsim.quantize import zero_point

CONSTANTS, ACTIVATIONS, COMMANDS = "constants", "activations", "commands"
ALIGNMENT = 128  # of images: what the operands of an addition need, see `lower.add`


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output: how the caller sees it, and where it is, in the same order."""

    name: str
    shape: Shape
    dtype: str
    offset: int  # in the buffer of activations


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """Everything that a device needs, still independent of addresses.

    *ops* has for every job the index of the graph's op, None for a transpose at the border.
    """

    jobs: tuple[Job, ...]
    ops: tuple[int | None, ...]
    constants: Bytes
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    activations_bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Something that is done, by which op, with what it reads and writes, and how far."""

    layer: Layer
    op: int | None
    reads: tuple[Tensor, ...]
    writes: tuple[Tensor, int]


def compile_graph(graph: Graph, layers: Mapping[int, list[Layer]], chip: Chip) -> Compiled:
    """Place images, then plan, encode and emit every layer; *layers* by index of the op."""
    inputs = {tensor: _raw(tensor) for tensor in graph.inputs}
    outputs = {tensor: _raw(tensor) for tensor in graph.outputs}
    steps = list(_steps(inputs, layers, outputs, chip))
    offsets, size = _place(views(graph, chip), steps, [*inputs.values()], [*outputs.values()])
    constants = _Constants()
    jobs: list[Job] = []
    ops: list[int | None] = []
    for step in steps:
        made = _jobs(step, offsets, constants, chip)
        jobs += made
        ops += [step.op] * len(made)
    return Compiled(
        jobs=tuple(jobs),
        ops=tuple(ops),
        constants=constants.joined(),
        inputs=tuple(_port(t, offsets[raw]) for t, raw in inputs.items()),
        outputs=tuple(_port(t, offsets[outputs[t]]) for t in graph.outputs),
        activations_bytes=size,
    )


def _port(tensor: Tensor, offset: int) -> Port:
    return Port(tensor.name, tensor.shape, str(tensor.dtype), offset)


def _raw(tensor: Tensor) -> Tensor:
    """The tensor itself where planes and pixels have the same order, or a stand-in."""
    planar = stored_shape(tensor).planar
    return tensor if planar else replace(tensor, name=f"{tensor.name} in pixels")


def _turned(tensor: Tensor, raw: Tensor, inward: bool) -> Turn:
    source, destination = (raw, tensor) if inward else (tensor, raw)
    return Turn(source, destination, stored_shape(tensor), zero_point(tensor), inward)


def _steps(
    inputs: Mapping[Tensor, Tensor],
    layers: Mapping[int, list[Layer]],
    outputs: Mapping[Tensor, Tensor],
    chip: Chip,
) -> Iterator[_Step]:
    for tensor, raw in inputs.items():
        if raw is not tensor:
            turn = _turned(tensor, raw, inward=True)
            yield _Step(turn, None, (raw,), (tensor, tensor.elements))
    for index, several in layers.items():
        for layer in several:
            reads = [layer.source]
            written = layer.destination.elements
            if isinstance(layer, Convolve):
                reads += [] if layer.second is None else [layer.second]
                if chip.generation == 7:
                    shape = layer.destination_shape
                    written = v7.written_channels(shape.channels, chip.cores) * shape.pixels
            yield _Step(layer, index, tuple(reads), (layer.destination, written))
    for tensor, raw in outputs.items():
        if raw is not tensor:
            turn = _turned(tensor, raw, inward=False)
            yield _Step(turn, None, (tensor,), (raw, tensor.elements))


def _place(
    found: Mapping[Tensor, View], steps: list[_Step], inputs: list[Tensor], outputs: list[Tensor]
) -> tuple[dict[Tensor, int], int]:
    """The offset of every tensor; images whose lives do not overlap share bytes."""

    def view(tensor: Tensor) -> View:
        return found.get(tensor) or View(tensor)

    needed: dict[Tensor, int] = {}
    first: dict[Tensor, int] = {}
    last: dict[Tensor, int] = {}

    def use(tensor: Tensor, size: int, step: int) -> None:
        root, end = view(tensor).root, view(tensor).offset + size
        needed[root] = max(needed.get(root, 0), end, root.elements)
        first[root] = min(first.get(root, step), step)
        last[root] = max(last.get(root, step), step)

    for number, step in enumerate(steps):
        for tensor in step.reads:
            use(tensor, tensor.elements, number)
        use(*step.writes, number)
    for tensor in inputs:
        use(tensor, tensor.elements, -1)
    for tensor in outputs:
        use(tensor, tensor.elements, len(steps))
    roots = list(needed)
    pieces = [Lifetime(needed[root], first[root], last[root]) for root in roots]
    places, size = place(pieces, ALIGNMENT)
    offset = dict(zip(roots, places, strict=True))
    tensors = {*found, *roots, *(t for step in steps for t in (*step.reads, step.writes[0]))}
    return {
        t: offset[view(t).root] + view(t).offset for t in tensors if view(t).root in offset
    }, size


class _Constants:
    """Coefficients, one buffer behind the other."""

    def __init__(self) -> None:
        self._parts: list[Bytes] = []
        self._end = 0

    def add(self, data: Bytes) -> Address:
        """Append *data*, aligned; where it is."""
        address = Address(CONSTANTS, self._end)
        self._parts.append(aligned(data))
        self._end += self._parts[-1].size
        return address

    def joined(self) -> Bytes:
        """The whole buffer."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.uint8)


def _jobs(
    step: _Step, offsets: Mapping[Tensor, int], constants: _Constants, chip: Chip
) -> list[Job]:
    layer = step.layer
    if isinstance(layer, Convolve):
        return [_convolve(layer, offsets, constants, chip)]
    places = between(
        Address(ACTIVATIONS, offsets[layer.source]),
        Address(ACTIVATIONS, offsets[layer.destination]),
    )
    match layer:
        case Turn():
            return [tp.turn(layer, places)]
        case Reshuffle():
            return tp.reshuffle(layer, places, chip)
        case Move():
            return tp.move(layer, places, chip)
        case MaxPool():
            return max_pool(layer, places, chip)
        case Lookup():
            table = constants.add(layer.table.words.view(np.uint8))
            return lookup(layer, {**places, TABLE_ADDRESS: table}, chip)


def _convolve(
    layer: Convolve, offsets: Mapping[Tensor, int], constants: _Constants, chip: Chip
) -> Job:
    first, plane_rows = layer.source, layer.source_shape.height
    if layer.second is not None:
        distance = offsets[layer.second] - offsets[first]
        if distance < 0:
            first = layer.second
            layer = replace(layer, weights=layer.weights[:, ::-1])
        plane_rows, rest = divmod(abs(distance), layer.source_shape.width)
        if rest or not 0 < plane_rows <= nn.LARGEST_STRIDE:
            raise UnsupportedError(f"operands of an addition {abs(distance)} bytes apart")
    tiles = plan.tiling(layer, chip)
    stream, largest = encoded(layer, tiles, chip)
    caches = plan.caches(layer, tiles, largest * chip.cores, chip)
    addresses = {
        "kernel_address": constants.add(stream),
        "in_image_address": Address(ACTIVATIONS, offsets[first]),
        "out_image_address": Address(ACTIVATIONS, offsets[layer.destination]),
    }
    return nn.convolve(layer, tiles, caches, addresses, plane_rows, chip)


def encoded(layer: Convolve, tiles: plan.Tiling, chip: Chip) -> tuple[Bytes, int]:
    """The coefficients, and the bytes of the largest core's."""
    kernels = Kernels(
        layer.weights, layer.bias.astype(np.int32), layer.weight_zero_point, layer.depthwise
    )
    if chip.generation == 8:
        return v8.encode(kernels, chip.cores, tiles.kernels_per_core), 0
    runs = 0 if layer.plain else chip.run_bits
    plane = layer.destination_shape.pixels
    stream = v7.encode(kernels, chip.cores, tiles.kernels_per_core, plane, runs)
    return stream, int(stream[: 4 * chip.cores].view("<u4").max())

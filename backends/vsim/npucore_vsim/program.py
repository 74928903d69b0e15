# SPDX-License-Identifier: MIT
"""A compiled graph: constants, jobs with holes for addresses, and where every image lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from npucore.errors import UnsupportedError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address, Compiled, Port
from npucore.graph import Graph
from npucore.tensor import Tensor
from npucore_vsim import plan
from npucore_vsim.alias import views
from npucore_vsim.chip import Chip, written_channels
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Bytes, Kernels, aligned
from npucore_vsim.emit import nn, tp
from npucore_vsim.emit.fields import between
from npucore_vsim.emit.lookup import TABLE_ADDRESS, lookup
from npucore_vsim.emit.pool import max_pool
from npucore_vsim.job import Job
from npucore_vsim.link import commands_bytes
from npucore_vsim.lower.add import doubled, folded
from npucore_vsim.lower.layer import Convolve, Layer, Lookup, MaxPool, Move, Reshuffle, Turn
from npucore_vsim.maps import stored_shape
from npucore_vsim.place import Access, Places, places
from npucore_vsim.quantize import zero_point
from npucore_vsim.rows import Distance, columns


class VsimCompiled(Compiled[Chip, Job]):
    """Jobs of the NN and TP cores, which run as one command stream."""

    __slots__ = ()

    @property
    def ops(self) -> tuple[int | None, ...]:
        """For every job the index of the graph's op, None for a transpose at the border."""
        return tuple(job.op for job in self.jobs)


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Something that is done, by which op, with what it reads and writes, and how far."""

    layer: Layer
    op: int | None
    reads: tuple[Tensor, ...]
    writes: tuple[Tensor, int]


def compile_graph(graph: Graph, layers: Mapping[int, list[Layer]], chip: Chip) -> VsimCompiled:
    """Place images, then plan, encode and emit every layer; *layers* by index of the op."""
    inputs = {tensor: _raw(tensor) for tensor in graph.inputs}
    outputs = {tensor: _raw(tensor) for tensor in graph.outputs}
    steps = list(_steps(inputs, layers, outputs, chip))
    accesses = [_access(step) for step in steps]
    where = places(graph.once(views, chip), accesses, [*inputs.values()], [*outputs.values()])
    constants = _Constants()
    jobs = tuple(
        replace(job, op=step.op) for step in steps for job in _jobs(step, where, constants, chip)
    )
    return VsimCompiled(
        chip=chip,
        jobs=jobs,
        constants=constants.joined(),
        inputs=tuple(Port(t, where.offsets[raw]) for t, raw in inputs.items()),
        outputs=tuple(Port(t, where.offsets[outputs[t]]) for t in graph.outputs),
        activations_bytes=where.size_bytes,
        commands_bytes=commands_bytes(jobs),
    )


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
                if layer.second is not None:
                    reads.append(layer.second)
                elif chip.generation == 7:
                    written = _written_bytes(layer, chip)
            yield _Step(layer, index, tuple(reads), (layer.destination, written))
    for tensor, raw in outputs.items():
        if raw is not tensor:
            turn = _turned(tensor, raw, inward=False)
            yield _Step(turn, None, (tensor,), (raw, tensor.elements))


def _written_bytes(layer: Convolve, chip: Chip) -> int:
    """From the destination's first byte to the last that V7 cores write, or to its end."""
    shape = layer.destination_shape
    planes = layer.first_written + written_channels(shape.channels, chip.cores)
    return max(planes * shape.pixels, layer.destination.elements)


def _access(step: _Step) -> Access:
    adds = isinstance(step.layer, Convolve) and step.layer.second is not None
    return Access(step.reads, *step.writes, adds)


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


def _jobs(step: _Step, where: Places, constants: _Constants, chip: Chip) -> list[Job]:
    layer = step.layer
    if isinstance(layer, Convolve):
        return [_convolve(layer, where, constants, chip)]
    source, target = where.offsets[layer.source], where.offsets[layer.destination]
    ends = between(Address(ACTIVATIONS, source), Address(ACTIVATIONS, target))
    match layer:
        case Turn():
            return [tp.turn(layer, ends)]
        case Reshuffle():
            return tp.reshuffle(layer, ends, chip)
        case Move():
            return tp.move(layer, ends, chip)
        case MaxPool():
            return max_pool(layer, ends, chip)
        case Lookup():
            table = constants.add(layer.table.words.view(np.uint8))
            return lookup(layer, {**ends, TABLE_ADDRESS: table}, chip)


def _convolve(layer: Convolve, where: Places, constants: _Constants, chip: Chip) -> Job:
    plane_rows = layer.source_shape.height
    if layer.second is not None:
        layer, plane_rows = _sum(layer, layer.second, where)
    tiles = plan.tiling(layer, chip)
    stream, largest = encoded(layer, tiles, chip)
    caches = plan.caches(layer, tiles, largest * chip.cores, chip)
    read = layer.first_read * layer.source_shape.pixels
    written = layer.first_written * layer.destination_shape.pixels
    addresses = {
        "kernel_address": constants.add(stream),
        "in_image_address": Address(ACTIVATIONS, where.offsets[layer.source] + read),
        "out_image_address": Address(ACTIVATIONS, where.offsets[layer.destination] + written),
    }
    return nn.convolve(layer, tiles, caches, addresses, plane_rows, chip)


def _sum(layer: Convolve, second: Tensor, where: Places) -> tuple[Convolve, int]:
    """An addition as an image that begins where the first operand lies; rows to the other."""
    distance = where.offsets[second] - where.offsets[layer.source]
    if not distance:
        layer = doubled(layer)
    elif distance < 0:
        layer = replace(layer, source=second, weights=layer.weights[:, ::-1])
    apart = Distance(abs(distance), abs(distance))
    width = columns(stored_shape(layer.destination), apart, where.room(layer.destination))
    if width is None:
        raise UnsupportedError(f"operands of an addition {abs(distance)} bytes apart")
    layer = folded(layer, width)
    return layer, abs(distance) // width or layer.source_shape.height


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

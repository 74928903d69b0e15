# SPDX-License-Identifier: MIT
"""Layers of networks that nobody may ship, by their published architecture, as tasks of rocket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from npucore.graph import Graph
from npucore.hw.registers import Register
from npucore.ops import Convolution, Padding
from npucore.tensor import Quantization, Tensor
from npucore_rocket import RocketBackend, stream
from npucore_rocket.chip import RK3588
from npucore_rocket.cost import Work, moved, work
from npucore_rocket.registers.cna import CNA_CONV_CON1
from npucore_rocket.registers.dpu_rdma import DPU_RDMA_RDMA_ERDMA_CFG
from npucore_rocket.registers.dpu_stages import DPU_EW_CFG
from npucore_rocket.stream import OFFSET_MASK, Words

INT8 = np.dtype(np.int8)
Q = Quantization.per_tensor(0.05, 0)
RGB = 10  # argb_in of three packed components


@dataclass(frozen=True, slots=True)
class Map:
    """Rows (of as many columns) and channels."""

    size: int
    channels: int

    @property
    def bytes(self) -> int:
        """With channels in groups of 16."""
        return self.size**2 * -(-self.channels // 16) * 16


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution, as large as its stride leaves it."""

    source: Map
    kernels: int
    kernel: int = 1
    stride: int = 1
    depthwise: bool = False
    silu: bool = False
    addend: bool = False


@dataclass(slots=True)
class Network:
    """Convolutions in order, and bytes that other ops move."""

    layers: list[Layer] = field(default_factory=list)
    moved_bytes: int = 0
    silu: bool = False

    def conv(
        self,
        source: Map,
        kernels: int,
        kernel: int = 1,
        stride: int = 1,
        *,
        depthwise: bool = False,
        linear: bool = False,
        addend: bool = False,
    ) -> Map:
        """Append a convolution; what it makes."""
        silu = self.silu and not linear
        self.layers.append(Layer(source, kernels, kernel, stride, depthwise, silu, addend))
        return Map(-(-source.size // stride), kernels)

    def move(self, *maps: Map) -> None:
        """Maps are read or written by an op that does nothing else."""
        self.moved_bytes += sum(map_.bytes for map_ in maps)

    def concatenate(self, *maps: Map) -> Map:
        """Side by side: each is read and written."""
        self.move(*maps, *maps)
        return Map(maps[0].size, sum(map_.channels for map_ in maps))

    def upsample(self, source: Map) -> Map:
        """Twice as large."""
        larger = Map(2 * source.size, source.channels)
        self.move(source, larger)
        return larger

    def pool(self, source: Map, stride: int = 1) -> Map:
        """Maxima of windows."""
        smaller = Map(source.size // stride, source.channels)
        self.move(source, smaller)
        return smaller

    def total(self) -> Work:
        """Everything that the network asks for."""
        return sum((layer_work(layer) for layer in self.layers), moved(self.moved_bytes, RK3588))


@cache
def layer_work(layer: Layer) -> Work:
    """From the words that rocket emits, changed where the vendor's compiler does otherwise.

    It has SiLU (table behind the accumulator), fused additions and packed RGB input.
    """
    return sum((work(words, RK3588) for words in tasks(layer)), Work(RK3588))


def tasks(layer: Layer) -> Iterator[Words]:
    """The words of each task, in groups as the vendor has them."""
    exported = RocketBackend(device="simulator", groups="part", trust="paper").export(
        _graph(replace(layer, silu=False))
    )
    words, counts = exported.arrays["words"], exported.arrays["tasks"][:, 2]
    for part in np.split(words, np.cumsum(counts)[:-1]):
        yield _as_the_vendor_has_it(layer, part.copy())


def _graph(layer: Layer) -> Graph:
    size, channels = layer.source.size, layer.source.channels
    groups = channels if layer.depthwise else 1
    out = -(-size // layer.stride)
    total = max((out - 1) * layer.stride + layer.kernel - size, 0)
    before = total // 2
    shape = (layer.kernels, layer.kernel, layer.kernel, channels // groups)
    source = Tensor("x", (1, size, size, channels), INT8, Q)
    op = Convolution(
        input=source,
        weights=Tensor("w", shape, INT8, Q, np.ones(shape, np.int8)),
        output=Tensor("y", (1, out, out, layer.kernels), INT8, Quantization.per_tensor(2.0, 0)),
        stride=(layer.stride, layer.stride),
        padding=Padding(before, total - before, before, total - before),
        groups=groups,
    )
    return Graph((op,), (source,), (op.output,))


def _as_the_vendor_has_it(layer: Layer, words: Words) -> Words:
    changes: dict[type[Register], Register] = {}
    if layer.silu:
        changes[DPU_EW_CFG] = DPU_EW_CFG()
    if layer.addend:
        changes[DPU_RDMA_RDMA_ERDMA_CFG] = DPU_RDMA_RDMA_ERDMA_CFG()
    if layer.source.channels == 3:
        changes[CNA_CONV_CON1] = CNA_CONV_CON1(argb_in=RGB)
    for register, value in changes.items():
        words[words & np.uint64(OFFSET_MASK) == register.offset] = stream.write(value)
    return words

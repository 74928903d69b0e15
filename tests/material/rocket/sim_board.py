# SPDX-License-Identifier: MIT
"""A simulated core with buffers of a page each at the addresses that `sim_words` uses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.hw.registers import Register
from npucore_rocket.chip import RK3588
from npucore_rocket.sim import CommandRange, Memory, Options, Rounding, SimulatedCore
from tests.material.rocket.sim_words import (
    CONVOLUTION,
    Layer,
    Words,
    pack_depthwise,
    pack_feature,
    pack_weights,
    task,
    unpack,
)

Array = npt.NDArray[np.generic]
Int8s = npt.NDArray[np.int8]

PAGES = 16
PAGE = 4096
WORDS = 0x80000
FILL = 0x55


class Board:
    """Memory, a core that rounds halves up if nothing else is said, and buffers to look into."""

    def __init__(self, options: Options | None = None) -> None:
        self.memory = Memory()
        self.device = SimulatedCore(self.memory, RK3588, options or Options(Rounding.HALF_UP))
        self.buffers: dict[int, npt.NDArray[np.uint8]] = {}

    def put(self, address: int, data: Array | None = None, size: int = PAGES * PAGE) -> None:
        """A buffer of *size* bytes that starts with *data*, the rest filled."""
        if address in self.buffers:
            self.memory.unmap(address)
        buffer = np.full(size, FILL, np.uint8)
        if data is not None:
            raw = np.frombuffer(data.tobytes(), np.uint8)
            buffer[: raw.size] = raw
        self.buffers[address] = buffer
        self.memory.map(address, buffer)

    def run(self, *tasks: Words) -> None:
        """Run a job of tasks."""
        job, address = [], WORDS
        for words in tasks:
            self.put(address, words, -(-words.nbytes // PAGE) * PAGE)
            job.append(CommandRange(address, words.size))
            address += 4 * PAGE
        self.device.run(job)

    def start(self, registers: list[Register], mask: int = CONVOLUTION) -> None:
        """Run a job of one task."""
        self.run(task(registers, mask))


def tiny(depthwise: bool = False) -> Layer:
    """5 by 6 pixels of 20 or 70 channels, kernel of 1 or 3 with padding."""
    if depthwise:
        return Layer(
            (5, 6), 70, 70, (3, 3), (1, 1), (1, 1), (5, 6), True, pad_value=0x0303, ow=-7,
            scale=20001, shift=24, offset=-5,
        )  # fmt: skip
    return Layer((5, 6), 20, 40, out_size=(5, 6), ow=9, scale=19999, shift=23, offset=11)


def tensors(layer: Layer, seed: int = 0) -> tuple[Int8s, Int8s, npt.NDArray[np.int32]]:
    """(H, W, C) features, (O, kh, kw, I) or (kh, kw, C) weights, (written,) biases.

    Channels that only pad hold noise in the features and the inverse of OW in the weights.
    """
    rng = np.random.default_rng(seed)
    channels = layer.padded_channels
    feature = rng.integers(-128, 128, (*layer.size, channels)).astype(np.int8)
    shape = (*layer.kernel, channels) if layer.depthwise else (
        layer.kernels, *layer.kernel, channels)  # fmt: skip
    weights = rng.integers(-100, 100, shape).astype(np.int8)
    weights[..., layer.channels :] = -layer.ow
    bias = rng.integers(-3000, 3000, layer.written).astype(np.int32)
    return feature, weights, bias


def load(board: Board, layer: Layer, seed: int = 0) -> None:
    """Put a layer's tensors where its registers say."""
    feature, weights, bias = tensors(layer, seed)
    pack = pack_depthwise if layer.depthwise else pack_weights
    board.put(layer.feature, pack_feature(feature))
    board.put(layer.weights, pack(weights))
    board.put(layer.bias, bias)
    board.put(layer.output)


def sums(layer: Layer, seed: int = 0) -> npt.NDArray[np.int64]:
    """(OH, OW, O): accumulators with bias, one multiplication after the other."""
    feature, weights, bias = (array.astype(np.int64) for array in tensors(layer, seed))
    (oh, ow), (kh, kw) = layer.out_size, layer.kernel
    (sy, sx), (top, left) = layer.stride, layer.padding
    pad = np.array([layer.pad_value & 0xFF], np.uint8).view(np.int8)[0]
    height, width = (oh - 1) * sy + kh, (ow - 1) * sx + kw
    padded = np.full((height + 8, width + 8, feature.shape[2]), pad, np.int64)
    padded[top : top + layer.size[0], left : left + layer.size[1]] = feature
    found = np.empty((oh, ow, layer.kernels), np.int64)
    for y, x in np.ndindex(oh, ow):
        window = padded[y * sy : y * sy + kh, x * sx : x * sx + kw]
        if layer.depthwise:
            found[y, x] = (window * (weights + layer.ow)).sum((0, 1))[: layer.kernels]
        else:
            found[y, x] = (window * (weights + layer.ow)).sum((1, 2, 3))
    return found + bias[: layer.kernels]


def converted(layer: Layer, values: npt.NDArray[np.int64]) -> Int8s:
    """The output converter in integers, halves up."""
    half = (1 << layer.shift) >> 1
    shifted = (values * layer.scale + half >> layer.shift) + layer.offset
    stored: Int8s = np.clip(shifted, -128, 127).astype(np.int8)
    return stored


def result(board: Board, layer: Layer) -> Int8s:
    """(OH, OW, O): what the output buffer holds."""
    return unpack(board.buffers[layer.output], layer.out_size, layer.kernels)

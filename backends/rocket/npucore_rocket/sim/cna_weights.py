# SPDX-License-Identifier: MIT
"""The CNA's weight DMA: from packed bytes to matrices, once for each content.

Source: rocket-arithmetic.md section 3 (proven: 355 of 355 packed buffers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port
from npucore_rocket.chip import Chip
from npucore_rocket.registers import cna as r
from npucore_rocket.registers import cna_decompressor as dcomp
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.errors import SimulationError
from npucore_rocket.sim.pc import RegisterFile
from npucore_rocket.sim.rounding import Floats

Int8s = npt.NDArray[np.int8]
Int64s = npt.NDArray[np.int64]

PORT = Port("CNA", "DCOMP_ADDR0")
CACHED_BYTES = 256 << 20
CHANNEL_STEP = 4  # channels are dropped in steps that keep rows aligned
FEATURE_LIMIT = 128  # the largest magnitude of an int8 feature


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights with the OW operand (128 - zero point) already added.

    Parameters
    ----------
    values
        Direct: (kh * kw * channels, kernels). Depthwise: (kh * kw, channels). float32 integers.
    channels
        Less than the task's if the last ones weigh nothing, as those that only pad do.
    bound
        The largest magnitude that an accumulator can have.
    packed
        The bytes in memory that these were made from.
    """

    values: npt.NDArray[np.float32]
    channels: int
    bound: float
    packed: bytes
    _tiled: dict[int, Floats] = field(default_factory=dict)

    def tiled(self, width: int, lanes: int) -> Floats:
        """Depthwise: (kh * kw, surfaces, 1, width * lanes), for rows of *width* pixels."""
        if width not in self._tiled:
            taps = self.values.reshape(len(self.values), -1, 1, lanes)
            self._tiled[width] = np.tile(taps, (1, 1, 1, width))
        return self._tiled[width]


class WeightLoader:
    """One core's weight DMA, with what it left in CBUF and a cache of what it decoded.

    A cached matrix is used only if the bytes in memory are still those that it was made from.
    """

    def __init__(self) -> None:
        self._resident: bytes | None = None
        self._cache: dict[tuple[Convolution, int, bytes], Weights] = {}

    def forget(self) -> None:
        """Another job may have used the core since: nothing is resident."""
        self._resident = None

    def load(
        self, conv: Convolution, file: RegisterFile, memory: Memory, ow: Int64s, fits: bool
    ) -> Weights:
        """The task's weights; *ow* is (1,) or (kernels,), *fits* whether CBUF holds all of them."""
        packed = self._packed(file, memory, fits)
        address = file[dcomp.CNA_DCOMP_ADDR0].decompress_addr0
        key = (shape_of(conv), address, ow.tobytes())
        found = self._cache.get(key)
        if found is None or found.packed != packed:
            found = _decode(conv, packed, ow, file.chip)
            self._cache[key] = found
            self._trim()
        self._resident = found.packed if fits else None
        return found

    def _packed(self, file: RegisterFile, memory: Memory, fits: bool) -> bytes:
        size = file[r.CNA_WEIGHT_SIZE0].weight_bytes
        if not file[r.CNA_CBUF_CON0].weight_reuse:
            address = file[dcomp.CNA_DCOMP_ADDR0].decompress_addr0
            if address % 16:
                raise SimulationError(f"{PORT} is {address:#x}, wanted a multiple of 16")
            return memory.window(PORT, address, size).tobytes()
        resident = 0 if self._resident is None else len(self._resident)
        if self._resident is None or resident != size or not fits:
            raise SimulationError(
                f"CNA CBUF_CON0.weight_reuse is 1 for {size} bytes of weights, but the job's "
                f"previous task left {resident} bytes in CBUF"
            )
        return self._resident

    def _trim(self) -> None:
        held = sum(weights.values.nbytes for weights in self._cache.values())
        while held > CACHED_BYTES and len(self._cache) > 1:
            held -= self._cache.pop(next(iter(self._cache))).values.nbytes


def shape_of(conv: Convolution) -> Convolution:
    """*conv* without what weights do not depend on: row tiles of a map share theirs."""
    return Convolution(
        conv.depthwise, (0, 0), conv.channels, (0, 0), conv.kernel, (0, 0), (0, 0), (0, 0),
        conv.kernels, conv.lanes, element_bytes=conv.element_bytes,
    )  # fmt: skip


def _decode(conv: Convolution, packed: bytes, ow: Int64s, chip: Chip) -> Weights:
    stored = np.frombuffer(packed, np.int8)
    unpack = depthwise if conv.depthwise else direct
    values = unpack(conv, stored, chip)
    values += ow.astype(np.float32)
    if conv.depthwise:
        sums = np.abs(values).sum(0, dtype=np.float64)
        weighing = np.flatnonzero(sums)
        last = int(weighing[-1]) + 1 if weighing.size else 1
        used = -(-last // conv.lanes) * conv.lanes
        return Weights(values, used, float(sums.max()) * FEATURE_LIMIT, packed)
    magnitudes = np.abs(values)  # sums of them are exact up to 2**24
    bound = float(magnitudes.reshape(-1, conv.kernels).sum(0).max()) * FEATURE_LIMIT
    weighing = np.flatnonzero(magnitudes.max(0).max(1))
    last = int(weighing[-1]) + 1 if weighing.size else 1
    channels = min(conv.channels, -(-last // CHANNEL_STEP) * CHANNEL_STEP)
    kept = np.ascontiguousarray(values[:, :channels])
    return Weights(kept.reshape(-1, conv.kernels), channels, bound, packed)


def depthwise(
    conv: Convolution, stored: npt.NDArray[np.number], chip: Chip
) -> npt.NDArray[np.float32]:
    """``[channel / 64][kh][kw][channel % 64]`` -> (kh * kw, channels); fp16 has groups of 32."""
    taps = conv.kernel[0] * conv.kernel[1]
    values = np.empty((taps, conv.channels), np.float32)
    place = 0
    for first, count in _tiles(conv.channels, chip.depthwise_group):
        end = place + taps * count
        values[:, first : first + count] = stored[place:end].reshape(taps, count)
        place = end
    return values


def direct(
    conv: Convolution, stored: npt.NDArray[np.number], chip: Chip
) -> npt.NDArray[np.float32]:
    """``[kernel / 32][channel / 32][kh][kw][kernel % 32][channel % 32]`` -> (taps, C, kernels).

    fp16 has groups of 16 kernels.
    """
    taps = conv.kernel[0] * conv.kernel[1]
    values = np.empty((taps, conv.channels, conv.kernels), np.float32)
    place = 0
    for kernel, kernels in _tiles(conv.kernels, chip.kernel_group):
        for first, count in _tiles(conv.channels, chip.channel_tile):
            end = place + taps * kernels * count
            tile = stored[place:end].reshape(taps, kernels, count)
            values[:, first : first + count, kernel : kernel + kernels] = tile.transpose(0, 2, 1)
            place = end
    return values


def _tiles(total: int, size: int) -> Iterator[tuple[int, int]]:
    """First and count of pieces of *size*; the last one is what is left."""
    for first in range(0, total, size):
        yield first, min(size, total - first)

# SPDX-License-Identifier: MIT
"""The NN cores: one descriptor, one convolution."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Cube, Memory, Port, SimulationError
from npucore_vsim.registers import NNDescriptor
from npucore_vsim.sim import weights_v7, weights_v8
from npucore_vsim.sim.convolve import Filter, Map, single_channels
from npucore_vsim.sim.decoded import Decoded, Kernels
from npucore_vsim.sim.requantize import requantize
from npucore_vsim.sim.weights_v7 import Form, Int64s

KERNEL = Port("NN", "kernel_address")
IMAGE = Port("NN", "in_image_address")
RESULT = Port("NN", "out_image_address")
MAX, FIRST_PIXEL = 1, 3
V8_CENTRE = 128  # V8 cores see activations less this
HALVES_TO_EVEN = 1
MOST_SUM = 1 << 31
Bytes = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores of one chip."""

    generation: int
    count: int

    @property
    def multiplier_bits(self) -> int:
        """Bits behind the leading one of the multiplier."""
        return 23 if self.generation == 8 else 15


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    """Kernels in the order of their output, ready to be used."""

    filter: Filter
    bias: Int64s
    offsets: Int64s

    @property
    def largest_bias(self) -> int:
        """Without its sign."""
        return int(np.abs(self.bias).max(initial=0))


class Writes(NamedTuple):
    """Bytes that a job writes, whatever the image: from *first* to before *end*.

    Both count from the output's address. *sums_fit* says whether no image leads beyond 32 bits.
    """

    first: int
    end: int
    sums_fit: bool


class NNEngine:
    """Runs jobs. Keeps the coefficients that it has decoded as long as their bytes are the same.

    Engines that share *decoded* decode the same bytes once.
    """

    def __init__(self, cores: Cores, memory: Memory, decoded: Decoded | None = None) -> None:
        self._cores, self._memory = cores, memory
        self._shared = Decoded() if decoded is None else decoded
        self._loaded: dict[tuple[int, Form, bool], tuple[bytes, _Loaded]] = {}

    def run(self, job: NNDescriptor, split: bool) -> None:
        """One job; *split* says in which dialect V7 coefficients are. Raises `SimulationError`."""
        _check(job)
        loaded = self._coefficients(job, split)
        step = 2 if job.pooling == FIRST_PIXEL else 1
        rows, columns = _summed(job)
        image = self._image(job, loaded.filter.dtype)
        sums = loaded.filter.sums(image, rows, columns, step).astype(np.float64)
        sums += loaded.bias[:, None, None]
        if float(np.abs(sums).max(initial=0)) >= MOST_SUM:
            raise SimulationError("NN: a sum beyond 32 bits, and nobody knows what comes of it")
        self._write(job, loaded.offsets, self._finish(job, sums))

    def writes(self, job: NNDescriptor, split: bool) -> Writes:
        """The bytes that `run` would write; raises as `run` does, but nothing is run.

        The image has to be in memory.
        """
        _check(job)
        loaded = self._coefficients(job, split)
        self._source(job)
        rows, columns = _summed(job)
        if job.pooling == MAX:
            rows, columns = rows // 2, columns // 2
        if rows < 1 or columns < 1:
            raise SimulationError(f"NN: results of {rows} x {columns}")
        offsets = self._offsets(job, loaded.offsets)
        end = int(offsets.max()) + (rows - 1) * job.out_image_x_stride + columns
        return Writes(
            int(offsets.min()), end, loaded.filter.largest + loaded.largest_bias < MOST_SUM
        )

    def _finish(self, job: NNDescriptor, sums: npt.NDArray[np.float64]) -> Bytes:
        bits = self._cores.multiplier_bits
        multiplier = (1 << bits) + job.post_multiplier
        shift = job.post_shift + (bits if self._cores.generation == 8 else 0)
        low = job.out_zero_point if job.relu else 0
        stored = np.clip(requantize(sums, multiplier, shift, job.out_zero_point), low, 255)
        if job.pooling == MAX:
            stored = _largest_of_four(stored)
        return stored.astype(np.uint8)

    def _coefficients(self, job: NNDescriptor, split: bool) -> _Loaded:
        form = Form(
            kernels=job.out_image_z_size,
            channels=job.kernel_z_size,
            rows=job.kernel_y_size,
            columns=job.kernel_xy_size,
            kernels_per_core=job.kernels_per_core,
            zero_point=job.coef_zero_point,
        )
        address = job.kernel_address << 6
        size = self._stream_bytes(address, form)
        data = self._memory.window(KERNEL, address, size)
        key, content = (address, form, split), data.tobytes()
        if key not in self._loaded or self._loaded[key][0] != content:
            found = self._decode(data, form, split, bool(job.depthwise))
            self._loaded[key] = content, _Loaded(found.filter, found.bias, found.offsets)
        return self._loaded[key][1]

    def _stream_bytes(self, address: int, form: Form) -> int:
        """How many bytes the streams take, as their own table of sizes says."""
        count = self._cores.count
        if self._cores.generation == 8:
            header = weights_v8.Header.read(self._memory.window(KERNEL, address, 64), count)
            streams = sum(-(-bits // 512) * 64 for bits in header.bits)
            return 64 + streams + 4 * form.kernels
        table = -(-count * 4 // 64) * 64
        sizes = self._memory.window(KERNEL, address, 4 * count).view("<u4")
        return table + int(sizes[: min(count, form.kernels)].sum())

    def _decode(self, data: Bytes, form: Form, split: bool, depthwise: bool) -> Kernels:
        count, generation = self._cores.count, self._cores.generation
        name = Decoded.name(data.tobytes(), (form, generation, count, split, depthwise))
        if name not in self._shared.known:
            if generation == 8:
                found = weights_v8.decode(data, form, count, depthwise)
            else:
                found = weights_v7.decode(data, form, count, split)
            order = np.argsort(found.offsets, kind="stable")
            weights, channels = single_channels(found.weights[order], depthwise)
            self._shared.known[name] = Kernels(
                weights, found.bias[order], found.offsets[order], channels
            )
        return self._shared.known[name]

    def _image(self, job: NNDescriptor, dtype: type[np.floating[Any]]) -> Map:
        """(C, rows, columns) that the windows touch, centred; the border where no image is."""
        cube = self._source(job)
        shape = cube.shape
        rows = job.out_image_y_size + job.kernel_y_size
        columns = job.out_image_x_size + job.kernel_xy_size
        seen: Map = np.full((shape[0], rows, columns), job.in_image_border_const, dtype)
        top, left = -job.in_image_y_offset, -job.in_image_x_offset
        height, width = min(shape[1] + top, rows), min(shape[2] + left, columns)
        seen[:, max(top, 0) : height, max(left, 0) : width] = cube[
            :, max(-top, 0) : height - top, max(-left, 0) : width - left
        ]
        if self._cores.generation == 8:
            seen -= V8_CENTRE
        return seen

    def _source(self, job: NNDescriptor) -> Cube:
        """(C, H, W) as it lies in memory."""
        stride, plane = job.in_image_x_stride, job.in_image_x_stride * job.in_image_y_stride
        depth = job.out_image_z_size if job.depthwise else job.kernel_z_size
        shape = (depth, job.in_image_y_size, job.in_image_x_size)
        return self._memory.cube(IMAGE, job.in_image_address, shape, (plane, stride, 1), np.uint8)

    def _offsets(self, job: NNDescriptor, offsets: Int64s) -> Int64s:
        """Of every output channel, in bytes behind the output's address."""
        plane = job.out_image_x_stride * job.out_image_y_stride
        return offsets * (plane if job.no_z_offset else 1)

    def _write(self, job: NNDescriptor, offsets: Int64s, stored: Bytes) -> None:
        stride = job.out_image_x_stride
        plane = stride * job.out_image_y_stride
        offsets = self._offsets(job, offsets)
        shape, steps = stored.shape[1:], (stride, 1)
        address = job.out_image_address
        if np.array_equal(offsets, np.arange(len(stored)) * plane):
            cube = self._memory.cube(RESULT, address, stored.shape, (plane, *steps), np.uint8)
            cube[...] = stored
            return
        for offset, each in zip(offsets.tolist(), stored, strict=True):
            cube = self._memory.cube(RESULT, address + offset, shape, steps, np.uint8)
            cube[...] = each


def _summed(job: NNDescriptor) -> tuple[int, int]:
    """Rows and columns of sums."""
    step = 2 if job.pooling == FIRST_PIXEL else 1
    return -(-job.out_image_y_size // step), -(-job.out_image_x_size // step)


def _largest_of_four(stored: Pixels) -> Pixels:
    count, rows, columns = stored.shape
    even = stored[:, : rows & ~1, : columns & ~1]
    largest: Pixels = even.reshape(count, rows // 2, 2, columns // 2, 2).max(axis=(2, 4))
    return largest


def _check(job: NNDescriptor) -> None:
    """Raise `SimulationError` for what is known by name alone."""
    for name in (
        "layer_type",
        "prelu",
        "brick_mode",
        "per_channel_post_mul",
        "in_image_border_mode",
    ):
        _want(job, name, 0)
    for name in ("kernel_data_type", "in_image_data_type", "out_image_data_type"):
        _want(job, name, 0)
    _want(job, "rounding_mode", HALVES_TO_EVEN)
    if job.pooling not in (0, MAX, FIRST_PIXEL):
        raise SimulationError(f"NN pooling is {job.pooling}, wanted 0, 1 or 3")
    low, high = (
        struct.unpack("<f", struct.pack("<I", w))[0] for w in (job.clamp_low, job.clamp_high)
    )
    if (low, high) != (-math.inf, math.inf):
        raise SimulationError(f"NN clamps to {low} to {high}, and nobody knows in which units")
    if not (
        job.out_image_z_size and job.kernel_z_size and job.kernel_xy_size and job.kernel_y_size
    ):
        raise SimulationError("NN: a kernel or an output of size 0")


def _want(job: NNDescriptor, name: str, value: int) -> None:
    if (found := getattr(job, name)) != value:
        raise SimulationError(f"NN {name} is {found}, but only {value} is simulated")

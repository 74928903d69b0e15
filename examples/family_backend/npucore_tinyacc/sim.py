# SPDX-License-Identifier: MIT
"""The NPU as its registers describe it: sees words and bytes, and never an op.

Of this package it knows registers, words and chips alone, so that it judges what emits them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from npucore.hw.memory import Memory, Port, SimulationError
from npucore_tinyacc import registers as r
from npucore_tinyacc.chip import LANES, Chip
from npucore_tinyacc.stream import WRITE_BYTES, Run, Settings, decode, float_of

Float64s = npt.NDArray[np.float64]
FETCH, INPUT, SECOND, OUTPUT = (
    Port("tinyacc", name) for name in ("words", "INPUT", "SECOND", "OUTPUT")
)
INT32 = np.iinfo(np.int32)


class Core:
    """Runs tasks in *memory*. What the chip cannot do raises `SimulationError`."""

    def __init__(self, chip: Chip, memory: Memory) -> None:
        self.chip, self.memory = chip, memory

    def run(self, run: Run) -> None:
        """Write registers in order, until GO."""
        words = self.memory.window(FETCH, run.address, run.writes * WRITE_BYTES)
        try:
            settings = Settings(decode(words.view("<u4").reshape(-1, 2)))
        except ValueError as error:
            raise SimulationError(f"{FETCH}: {error}") from error
        kinds = {r.CONVOLVE: self._convolve, r.ADD: self._add}
        if (kind := settings(r.GO).kind) not in kinds:
            raise SimulationError(f"GO: no task of kind {kind}")
        self._write(settings, kinds[kind](settings))

    def _read(self, port: Port, address: int, *shape: int) -> Float64s:
        """int8 values."""
        data = self.memory.window(port, address, int(np.prod(shape)))
        return data.view(np.int8).reshape(shape).astype(np.float64)

    def _write(self, settings: Settings, real: Float64s) -> None:
        """Round to nearest, halves to even; clamp."""
        clamp, zero = settings(r.CLAMP), settings(r.ZERO_POINTS).output
        stored = np.clip(np.rint(real) + zero, clamp.low, clamp.high).astype(np.int8)
        window = self.memory.window(OUTPUT, settings(r.OUTPUT).address, stored.size)
        window[:] = stored.reshape(-1).view(np.uint8)

    def _fits(self, size_bytes: int) -> None:
        if size_bytes > self.chip.buffer_bytes:
            has = f"the buffer has {self.chip.buffer_bytes}"
            raise SimulationError(f"a task that reads {size_bytes} bytes, but {has}")

    def _add(self, settings: Settings) -> Float64s:
        """Two fused multiply-adds in float32: float64 holds each product."""
        size = settings(r.IN_SIZE)
        count = size.rows * size.columns * settings(r.CHANNELS).inputs
        self._fits(2 * count)
        first = self._read(INPUT, settings(r.INPUT).address, count)
        second = self._read(SECOND, settings(r.SECOND).address, count)
        factors = [float_of(settings(kind).word) for kind in (r.FACTOR, r.SECOND_FACTOR)]
        total = second * np.float64(factors[1]) + np.float64(float_of(settings(r.CONSTANT).bits))
        total = total.astype(np.float32).astype(np.float64)
        return (first * np.float64(factors[0]) + total).astype(np.float32).astype(np.float64)

    def _convolve(self, settings: Settings) -> Float64s:
        """Sums of 32 bits, each rounded to float32 and multiplied."""
        size, out, window = settings(r.IN_SIZE), settings(r.OUT_SIZE), settings(r.WINDOW)
        inputs, outputs = settings(r.CHANNELS).inputs, settings(r.CHANNELS).outputs
        weights, bias = self._weights(settings)
        self._fits(size.rows * size.columns * inputs + weights.size + bias.nbytes)
        x = self._read(INPUT, settings(r.INPUT).address, size.rows, size.columns, inputs)
        x -= settings(r.ZERO_POINTS).input
        high, wide = out.rows * window.row_step, out.columns * window.column_step
        seen = (
            max(high + window.rows, window.top + size.rows),
            max(wide + window.columns, window.left + size.columns),
        )
        padded = np.zeros((*seen, inputs))
        padded[window.top :, window.left :][: size.rows, : size.columns] = x
        sums = np.zeros((out.rows, out.columns, weights.shape[0] * LANES)) + bias
        for i, j in np.ndindex(window.rows, window.columns):
            tap = padded[i : i + high : window.row_step, j : j + wide : window.column_step]
            sums += np.matmul(tap, weights[:, i, j].transpose(1, 0, 2).reshape(inputs, -1))
        if sums.min() < INT32.min or sums.max() > INT32.max:
            raise SimulationError("sums leave 32 bits")
        factor = float_of(settings(r.FACTOR).bits)
        return (sums[..., :outputs].astype(np.float32) * factor).astype(np.float64)

    def _weights(self, settings: Settings) -> tuple[Float64s, Float64s]:
        """(G, KH, KW, I, 8) and (G * 8,): int32 biases first, kernels in groups of eight."""
        window, channels = settings(r.WINDOW), settings(r.CHANNELS)
        groups, start = -(-channels.outputs // LANES), settings(r.SECOND).address
        bias = self.memory.window(SECOND, start, 4 * groups * LANES).view("<i4")
        shape = (groups, window.rows, window.columns, channels.inputs, LANES)
        return self._read(SECOND, start + bias.nbytes, *shape), bias

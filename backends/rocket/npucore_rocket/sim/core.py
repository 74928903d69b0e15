# SPDX-License-Identifier: MIT
"""The MAC array: exact integer accumulators, block by block, by way of floats.

Sums of integers are exact in float32 in whatever order while no partial sum can pass 2**24, which
the weights' bound tells; beyond that the arithmetic is float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from npucore_rocket.registers import cna
from npucore_rocket.registers import core as r
from npucore_rocket.sim.block import Block, atom
from npucore_rocket.sim.cna import Convolution
from npucore_rocket.sim.cna_feature import Atoms, Int8s
from npucore_rocket.sim.cna_weights import Weights
from npucore_rocket.sim.pc import RegisterFile, Rule, agree
from npucore_rocket.sim.rounding import Floats

Scalar = TypeVar("Scalar", bound=np.generic)

# Measured: smaller blocks cost more in calls than they save in misses of the cache.
COLUMN_ELEMENTS = 192 * 1024  # of a block's columns or accumulators
ROW_ELEMENTS = 384 * 1024  # of a depthwise block's accumulators

RULES = (
    Rule(r.CORE_MISC_CFG, ("soft_gating",), "TRM only"),
    Rule(r.CORE_CLIP_TRUNCATE, ("round_type",), "TRM only; streams leave it 0"),
    Rule(r.CORE_UNKNOWN_3030, ("value",), "no source says what it does"),
)


def check(conv: Convolution, file: RegisterFile) -> None:
    """Whether CORE's registers say what the CNA's say."""
    file.check(RULES)
    precision = file[cna.CNA_CONV_CON1].proc_precision
    found = file[r.CORE_MISC_CFG].proc_precision
    agree(precision, found, "CNA CONV_CON1", "CORE MISC_CFG.proc_precision")
    size = file[r.CORE_DATAOUT_SIZE_0]
    height, width = conv.out_size
    agree(height - 1, size.dataout_height, "CNA DATA_SIZE3", "CORE DATAOUT_SIZE_0.dataout_height")
    agree(width - 1, size.dataout_width, "CNA DATA_SIZE2", "CORE DATAOUT_SIZE_0.dataout_width")
    agree(int(conv.depthwise), file[r.CORE_MISC_CFG].dw_en, "CNA CONV_CON1", "CORE MISC_CFG.dw_en")


class Core:
    """Multiplies; keeps its scratch memory from task to task."""

    def __init__(self) -> None:
        self._scratch: dict[tuple[str, np.dtype[np.generic]], npt.NDArray[np.generic]] = {}

    def run(
        self,
        conv: Convolution,
        atoms: Atoms,
        padding: Atoms,
        weights: Weights,
        dtype: type[np.floating],
    ) -> Iterator[Block]:
        """Accumulators in *dtype*; a block is valid until the next one is asked for."""
        if conv.depthwise:
            return self._depthwise(conv, atoms, padding, weights, dtype)
        return self._direct(conv, atoms, padding, weights, dtype)

    def _empty(self, name: str, shape: tuple[int, ...], dtype: type[Scalar]) -> npt.NDArray[Scalar]:
        """Scratch memory; what it holds is undefined."""
        count = prod(shape)
        key = (name, np.dtype(dtype))
        if key not in self._scratch or self._scratch[key].size < count:
            self._scratch[key] = np.empty(count, dtype)
        return self._scratch[key][:count].reshape(shape)  # type: ignore[return-value]  # keyed by it

    def _direct(
        self,
        conv: Convolution,
        atoms: Atoms,
        padding: Atoms,
        weights: Weights,
        dtype: type[np.floating],
    ) -> Iterator[Block]:
        (kh, kw), (sy, sx), (dy, dx) = conv.kernel, conv.stride, conv.dilation
        height, width = conv.out_size
        channels = weights.channels
        pixels = np.ascontiguousarray(self._padded_pixels(conv, atoms, padding)[..., :channels])
        line = pixels.shape[1] * channels
        matrix = weights.values.astype(dtype, copy=False)
        depth, kernels = matrix.shape
        step = max(1, COLUMN_ELEMENTS // (width * max(depth, kernels)))
        for top in range(0, height, step):
            rows = min(step, height - top)
            windows = as_strided(
                pixels[top * sy :],
                (rows, width, kh, kw, channels),
                (sy * line, sx * channels, dy * line, dx * channels, 1),
            )
            columns = self._empty("columns", windows.shape, dtype)
            np.copyto(columns, windows)
            sums = self._empty("sums", (rows * width, kernels), dtype)
            np.matmul(columns.reshape(rows * width, depth), matrix, out=sums)
            everything, part = slice(0, -(-kernels // conv.lanes)), slice(top, top + rows)
            yield Block(sums.reshape(rows, width, kernels), part, everything, False, conv.lanes)

    def _padded_pixels(self, conv: Convolution, atoms: Atoms, padding: Atoms) -> Int8s:
        """(rows, columns, channels): all that the outputs depend on."""
        rows, columns = conv.padded_size
        top, left = conv.padding
        h, w = conv.inside
        lanes = self._empty("pixels", (rows, columns, conv.channels), np.int8)
        padded = lanes.view(atom(conv.lanes))
        padded[:top] = padded[top + h :] = padding
        padded[top : top + h, :left] = padded[top : top + h, left + w :] = padding
        padded[top : top + h, left : left + w] = atoms[:, :h, :w].transpose(1, 2, 0)
        return lanes

    def _depthwise(
        self,
        conv: Convolution,
        atoms: Atoms,
        padding: Atoms,
        weights: Weights,
        dtype: type[np.floating],
    ) -> Iterator[Block]:
        height, width = conv.out_size
        phases = self._phases(conv, atoms, padding)
        kernel = weights.tiled(width, conv.lanes).astype(dtype, copy=False)
        row = width * conv.lanes
        rows = max(1, min(height, ROW_ELEMENTS // row))
        group = max(1, ROW_ELEMENTS // (row * height))
        weighing = weights.channels // conv.lanes  # those behind are 0 everywhere
        for first in range(0, weighing, group):
            surfaces = slice(first, min(first + group, weighing))
            lanes = phases[surfaces].view(np.int8)
            planes = self._empty("planes", lanes.shape, dtype)
            np.copyto(planes, lanes)
            for top in range(0, height, rows):
                part = slice(top, min(top + rows, height))
                sums = self._row_sums(conv, planes, kernel[:, surfaces], part)
                yield Block(sums, part, surfaces, True, conv.lanes)

    def _row_sums(self, conv: Convolution, planes: Floats, kernel: Floats, rows: slice) -> Floats:
        """(surfaces, rows, width * lanes) of sums over the kernel's taps."""
        count = rows.stop - rows.start
        shape = (planes.shape[0], count, conv.out_size[1] * conv.lanes)
        sums = self._empty("sums", shape, planes.dtype.type)
        product = self._empty("product", shape, planes.dtype.type)
        for tap, (y, x) in enumerate(np.ndindex(*conv.kernel)):
            start = rows.start * conv.stride[0] + y * conv.dilation[0]
            column, phase = divmod(x * conv.dilation[1], conv.stride[1])
            view = planes[:, phase, start :: conv.stride[0], column * conv.lanes :]
            view = view[:, :count, : shape[2]]
            if tap == 0:
                np.multiply(view, kernel[tap], out=sums)
            else:
                np.multiply(view, kernel[tap], out=product)
                sums += product
        return sums

    def _phases(self, conv: Convolution, atoms: Atoms, padding: Atoms) -> Atoms:
        """(surfaces, stride, rows, columns): column ``c * stride + p`` of the padded map at [p, c].

        So that the columns that one tap of the kernel meets lie side by side.
        """
        rows, columns = conv.padded_size
        top, left = conv.padding
        h, w = conv.inside
        stride = conv.stride[1]
        shape = (conv.surfaces, stride, rows, -(-columns // stride))
        lanes = self._empty("phases", (*shape[:3], shape[3] * conv.lanes), np.int8)
        phases = lanes.view(atom(conv.lanes))
        if h < rows or w < columns or columns % stride:
            phases[...] = padding.reshape(-1, 1, 1, 1)
        for phase in range(stride):
            first = max(0, -(-(left - phase) // stride))
            source = atoms[:, :h, first * stride + phase - left : w : stride]
            phases[:, phase, top : top + h, first : first + source.shape[2]] = source
        return phases

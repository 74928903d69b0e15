# SPDX-License-Identifier: MIT
"""Tiles, superblocks and on-chip caches of a convolution, by rule.

Nothing here changes an answer but the superblocks, in whose order coefficients stand.
Source: vsim hardware reference 4.2 and 5 (Mesa).
"""

from __future__ import annotations

from dataclasses import dataclass

from npucore_vsim.chip import Chip
from npucore_vsim.lower.layer import Convolve

WIDEST_TILE = 64
MOST_KERNELS = 127
KERNEL_CACHE_START = 0x800
LEAST_CACHE_END = 0xA00
CACHE_LINE = 128
NONE, FULL, PARTIAL = 0, 1, 2

# Which kernels a cache keeps that does not hold them all: output channels from here on, the highest
# bit in use, the pattern's low and high word.
PATTERNS = (
    (1024, 0x13, 0x80000, 0),
    (512, 0x3D, 0, 0x2AAAAAA0),
    (256, 0x3E, 0xFFFFAAAA, 0x7FFFFFFF),
    (160, 6, 0x7E, 0),
    (0, 0x3F, 0xFFFFFFFE, 0xFFFFFFFF),
)


@dataclass(frozen=True, slots=True)
class Tiling:
    """Columns and rows of an output tile, and the kernels of a core in one superblock."""

    width: int
    height: int
    superblocks: int
    kernels_per_core: int


@dataclass(frozen=True, slots=True)
class Caches:
    """What stays in on-chip memory; offsets there."""

    kernel_mode: int = NONE
    kernel_end: int = 0
    image_mode: int = NONE
    image_start: int = 0
    image_end: int = KERNEL_CACHE_START
    pattern: tuple[int, int, int] = (0, 0, 0)  # highest bit, low word, high word


def tiling(layer: Convolve, chip: Chip) -> Tiling:
    """Of *layer* on *chip*."""
    factor = 2 if layer.first_pixel else 1
    rows = layer.destination_shape.height * factor
    columns = layer.destination_shape.width * factor
    kernel_rows, kernel_columns = layer.kernel
    width = min(columns, WIDEST_TILE)
    lines = _interleave(width, kernel_rows, chip)
    deepest = chip.in_depth * lines - kernel_rows + 1
    height = min(deepest, lines * chip.accumulators, rows)
    if chip.generation == 8:
        height = min(height, 4)
    if layer.strided and height > 1:
        height &= ~1
    height = max(height, 1)
    kernels = -(-layer.destination_shape.channels // chip.cores)
    fit = _kernels_that_fit(chip, lines, height, width, kernel_columns, kernels)
    per_core = -(-layer.destination_shape.channels // (chip.cores * fit))
    count = -(-layer.destination_shape.channels // (per_core * chip.cores))
    superblocks = -(-kernels // count)
    return Tiling(width, height, superblocks, -(-kernels // superblocks))


def _interleave(width: int, kernel_rows: int, chip: Chip) -> int:
    """How many lines of a narrow tile share one of the input buffer."""
    reach = kernel_rows - 1 + width
    if reach > 36:
        return 1
    if chip.generation == 8:
        lines = 4 if width <= 16 else 2 if width <= 32 else 1
        return min(lines, 2) if reach > 18 else lines
    lines = 1 if width > 32 else 2 if width > 16 else 4 if width > 8 else 8
    return min(lines, 4 if reach > 18 else 2)


def _kernels_that_fit(
    chip: Chip, lines: int, height: int, width: int, kernel_columns: int, kernels: int
) -> int:
    """How many kernels have room for their sums at once."""
    if chip.generation == 8:
        if kernel_columns == 1:
            fit = chip.accumulators // -(-height // lines)
        else:
            fit = chip.accumulators // max(-(-height * width // 64), 1)
        return max(min(fit * 6 // 9 or 1, kernels, MOST_KERNELS), 1)
    fit = chip.accumulators * lines // height
    if kernel_columns == 1:
        fit = min(fit, chip.accumulators // 3)
    return max(min(fit, kernels, MOST_KERNELS), 1)


def caches(layer: Convolve, tiles: Tiling, coefficient_bytes: int, chip: Chip) -> Caches:
    """Of *layer*, whose coefficients take *coefficient_bytes* (the largest core's, times cores)."""
    if chip.generation == 8:
        return Caches()
    start = KERNEL_CACHE_START
    image = _image_bytes(layer, tiles)
    if start + coefficient_bytes + image < chip.sram_bytes:
        end = _up(start + coefficient_bytes, CACHE_LINE)
        end = min(max(end, LEAST_CACHE_END), chip.sram_bytes)
        mode, pattern = FULL, (0, 0, 0)
    else:
        channels = layer.destination_shape.channels
        _, *found = next(entry for entry in PATTERNS if channels >= entry[0])
        mode, pattern = PARTIAL, (found[0], found[1], found[2])
        alone = start + coefficient_bytes < chip.sram_bytes
        end = chip.sram_bytes - (image if alone and image < chip.sram_bytes - start else 0)
    if image and end + image <= chip.sram_bytes:
        return Caches(mode, end, FULL, end, end + image, pattern)
    return Caches(mode, end, pattern=pattern)


def _image_bytes(layer: Convolve, tiles: Tiling) -> int:
    """What the tile of all input channels takes; 0 if it is read only once."""
    if tiles.superblocks == 1:
        return 0
    rows, columns = layer.kernel
    plane = _up((tiles.width + columns - 1) * (tiles.height + rows - 1), 16)
    return _up(plane * layer.source_shape.channels, CACHE_LINE)


def _up(size: int, step: int) -> int:
    return -(-size // step) * step

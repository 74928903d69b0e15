# SPDX-License-Identifier: MIT
"""Convolutions -> descriptors of the NN cores. Source: vsim hardware reference 4 (Mesa)."""

from __future__ import annotations

from npucore.errors import UnsupportedError
from npucore.family.code import Address
from npucore_vsim.chip import Chip
from npucore_vsim.job import Job
from npucore_vsim.lower.layer import Convolve
from npucore_vsim.plan import KERNEL_CACHE_START, Caches, Tiling
from npucore_vsim.quantize import Multiplier, multiplier
from npucore_vsim.registers import NNDescriptor

FIRST_PIXEL = 3
HALVES_TO_EVEN = 1
NO_BUFFER = (1 << 26) - 1  # the end of a circular buffer that is switched off
INFINITY, MINUS_INFINITY = 0x7F800000, 0xFF800000  # float32


def scale_of(layer: Convolve, chip: Chip) -> Multiplier:
    """The multiplier of *layer*. Raises `UnsupportedError` if its shift does not fit."""
    found = multiplier(layer.scale, chip.generation)
    if found is None:
        raise UnsupportedError(f"a scale of {layer.scale:.3g} has no shift on {chip.name}")
    return found


def convolve(
    layer: Convolve,
    tiles: Tiling,
    caches: Caches,
    addresses: dict[str, Address],
    plane_rows: int,
    chip: Chip,
) -> Job:
    """One job; *plane_rows* is from one channel of the source to the next."""
    values = (
        _sizes(layer, plane_rows)
        | _arithmetic(layer, chip)
        | _performance(tiles, caches)
        | _generation(layer, chip)
    )
    return Job(NNDescriptor(**values), addresses)


def _sizes(layer: Convolve, plane_rows: int) -> dict[str, int]:
    factor = 2 if layer.first_pixel else 1
    source, out = layer.source_shape, layer.destination_shape
    rows, columns = layer.kernel
    return {
        "kernel_xy_size": columns,
        "kernel_y_size": rows,
        "kernel_z_size": layer.weights.shape[1],
        "in_image_x_size": source.width,
        "in_image_y_size": source.height,
        "in_image_x_stride": source.width,
        "in_image_y_stride": plane_rows,
        "in_image_x_offset": layer.offset[1],
        "in_image_y_offset": layer.offset[0],
        "out_image_x_size": out.width * factor,
        "out_image_y_size": out.height * factor,
        "out_image_z_size": out.channels,
        "out_image_x_stride": out.width,
        "out_image_y_stride": out.height,
        "pooling": FIRST_PIXEL if layer.first_pixel else 0,
        "pooling_xy_size": 0 if layer.first_pixel else 1,
        "depthwise": int(layer.depthwise),
    }


def _arithmetic(layer: Convolve, chip: Chip) -> dict[str, int]:
    scale = scale_of(layer, chip)
    return {
        "post_multiplier": scale.mantissa,
        "post_shift": scale.shift,
        "rounding_mode": HALVES_TO_EVEN,
        "coef_zero_point": layer.weight_zero_point,
        "out_zero_point": layer.destination_zero_point,
        "in_image_border_const": layer.source_zero_point,
        "relu": int(layer.relu),
        "clamp_high": INFINITY,
        "clamp_low": MINUS_INFINITY,
    }


def _performance(tiles: Tiling, caches: Caches) -> dict[str, int]:
    bit, low, high = caches.pattern
    return {
        "kernels_per_core": tiles.kernels_per_core,
        "out_image_tile_x_size": tiles.width,
        "out_image_tile_y_size": tiles.height,
        "kernel_caching_mode": caches.kernel_mode,
        "kernel_cache_start_address": KERNEL_CACHE_START,
        "kernel_cache_end_address": caches.kernel_end,
        "image_caching_mode": caches.image_mode,
        "image_cache_start_address": caches.image_start,
        "image_cache_end_address": caches.image_end,
        "kernel_pattern_msb": bit,
        "kernel_pattern_low": low,
        "kernel_pattern_high": high,
        "nn_layer_flush": 1,
        "out_image_circular_buf_end_addr_plus_1": NO_BUFFER,
        "in_image_circular_buf_end_addr_plus_1": NO_BUFFER,
        "in_image_2_circular_buf_end_addr_plus_1": NO_BUFFER,
    }


def _generation(layer: Convolve, chip: Chip) -> dict[str, int]:
    if chip.generation == 7:
        return {}
    y, x = layer.offset
    return {
        "no_z_offset": 1,
        "no_flush": 1,
        "in_image_offset_bit_4": (x < 0) | (y < 0) << 1,
    }

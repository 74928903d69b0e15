# SPDX-License-Identifier: MIT
"""The descriptor of a job of the NN cores: a convolution, its requantisation and 2x2 pooling.

Mesa writes 34 words, VeriSilicon's compiler 48; 136 bytes are read at PS_NN_INST_ADDR.
"""

from __future__ import annotations

from npucore.evidence import Evidence
from npucore.hw.descriptors import Descriptor, Field

MESA = "Mesa src/gallium/drivers/etnaviv/etnaviv_ml_nn.c"
BOTH = "Mesa, and jobs of VeriSilicon's compiler as its own simulator runs them"
PAPER, SIBLING, SHOWN = Evidence.PAPER, Evidence.SIBLING, Evidence.SHOWN
POOLING = {0: "none", 1: "max", 2: "average", 3: "first pixel"}
CACHING = {0: "none", 1: "full", 2: "partial"}


class NNDescriptor(Descriptor, length=34):
    """One convolution. x is the fast axis of an image; strides are in bytes and rows."""

    layer_type = Field(
        (0, 0, 0), meaning="0 convolution, 1 fully connected", source=BOTH, evidence=SHOWN
    )
    no_z_offset = Field(
        (0, 1, 1),
        meaning="1: outputs lie channel by channel (V8); 0: at offsets in the coefficients",
        source=BOTH,
        evidence=SHOWN,
    )
    kernel_xy_size = Field(
        (0, 5, 2), meaning="kernel size along x (image fast axis)", source=BOTH, evidence=SHOWN
    )
    kernel_z_size = Field(
        (0, 19, 6), (5, 31, 26), meaning="input channels", source=BOTH, evidence=SHOWN
    )
    kernels_per_core = Field(
        (0, 26, 20), meaning="kernels of a core in one superblock", source=BOTH, evidence=SHOWN
    )
    pooling = Field(
        (0, 28, 27),
        meaning="what becomes of 2x2 results",
        source=BOTH,
        evidence=SHOWN,
        values=POOLING,
    )
    pooling_xy_size = Field(
        (0, 29, 29),
        meaning="0 with 2x2 pooling or first pixel, 1 otherwise",
        source=MESA,
        evidence=SIBLING,
    )
    prelu = Field((0, 30, 30), meaning="0", source=MESA, evidence=SIBLING)
    nn_layer_flush = Field((0, 31, 31), meaning="1", source=MESA, evidence=SIBLING)
    kernel_data_type = Field(
        (1, 1, 0), (15, 19, 19), meaning="0: 8 bits without a sign", source=MESA, evidence=SIBLING
    )
    in_image_data_type = Field(
        (1, 3, 2), (15, 20, 20), meaning="as kernel_data_type", source=MESA, evidence=SIBLING
    )
    out_image_data_type = Field(
        (1, 5, 4), (15, 21, 21), meaning="as kernel_data_type", source=MESA, evidence=SIBLING
    )
    in_image_x_size = Field((1, 18, 6), meaning="pixels", source=BOTH, evidence=SHOWN)
    in_image_y_size = Field((1, 31, 19), meaning="rows", source=BOTH, evidence=SHOWN)
    in_image_x_offset = Field(
        (2, 2, 0),
        (4, 16, 16),
        meaning="where the first window starts: minus the padding on the left",
        source=BOTH,
        evidence=SHOWN,
        signed=True,
    )
    in_image_y_offset = Field(
        (2, 5, 3),
        (4, 17, 17),
        meaning="where the first window starts: minus the padding on top",
        source=BOTH,
        evidence=SHOWN,
        signed=True,
    )
    unk_2_6 = Field((2, 6, 6))
    brick_mode = Field((2, 7, 7), meaning="0", source=MESA, evidence=SIBLING)
    brick_distance = Field((2, 23, 8), meaning="0", source=MESA, evidence=SIBLING)
    relu = Field((2, 24, 24), meaning="1: clamp at output zero point", source=BOTH, evidence=SHOWN)
    unk_2_25 = Field((2, 25, 25))
    post_multiplier = Field(
        (2, 26, 26),
        (15, 27, 22),
        (17, 31, 24),
        (22, 25, 18),
        meaning="mantissa behind the leading one: 15 bits on V7, 23 on V8",
        source=BOTH,
        evidence=SHOWN,
    )
    post_shift = Field(
        (2, 31, 27),
        (15, 29, 28),
        meaning="bits that the product is shifted right by",
        source=BOTH,
        evidence=SHOWN,
    )
    unk_3_0 = Field((3, 2, 0))
    no_flush = Field((3, 3, 3), meaning="V8: 1", source=MESA, evidence=SIBLING)
    unk_3_4 = Field((3, 5, 4))
    out_image_x_size = Field((3, 18, 6), meaning="before pooling", source=BOTH, evidence=SHOWN)
    out_image_y_size = Field((3, 31, 19), meaning="before pooling", source=BOTH, evidence=SHOWN)
    out_image_z_size = Field((4, 13, 0), meaning="output channels", source=BOTH, evidence=SHOWN)
    rounding_mode = Field((4, 15, 14), meaning="1: halves to even", source=BOTH, evidence=SHOWN)
    out_image_tile_x_size = Field(
        (4, 24, 18), meaning="output tile width (<=64)", source=MESA, evidence=SIBLING
    )
    out_image_tile_y_size = Field(
        (4, 31, 25), meaning="output tile height", source=MESA, evidence=SIBLING
    )
    kernel_address = Field(
        (5, 25, 0), meaning="address of the coefficients >> 6", source=BOTH, evidence=SHOWN
    )
    in_image_address = Field((6, 31, 0), meaning="byte address", source=BOTH, evidence=SHOWN)
    out_image_address = Field((7, 31, 0), meaning="byte address", source=BOTH, evidence=SHOWN)
    image_caching_mode = Field(
        (8, 1, 0), meaning="0 none 1 full 2 partial", source=MESA, evidence=SIBLING, values=CACHING
    )
    kernel_caching_mode = Field(
        (8, 3, 2), meaning="0 none 1 full 2 partial", source=MESA, evidence=SIBLING, values=CACHING
    )
    partial_cache_data_unit = Field((8, 5, 4), meaning="0", source=MESA, evidence=SIBLING)
    kernel_pattern_msb = Field(
        (8, 11, 6),
        meaning="number of pattern bits used minus 1 (partial caching)",
        source=MESA,
        evidence=SIBLING,
    )
    kernel_y_size = Field((8, 15, 12), meaning="kernel size along y", source=BOTH, evidence=SHOWN)
    out_image_y_stride = Field(
        (8, 31, 16), meaning="rows per plane of the output", source=BOTH, evidence=SHOWN
    )
    kernel_pattern_low = Field(
        (9, 31, 0),
        meaning="bit mask of kernels kept in SRAM, partial mode",
        source=MESA,
        evidence=SIBLING,
    )
    kernel_pattern_high = Field((10, 31, 0), source=MESA, evidence=SIBLING)
    kernel_cache_start_address = Field(
        (11, 31, 0), meaning="SRAM offset", source=MESA, evidence=SIBLING
    )
    kernel_cache_end_address = Field(
        (12, 31, 0), meaning="SRAM offset", source=MESA, evidence=SIBLING
    )
    image_cache_start_address = Field(
        (13, 31, 0), meaning="SRAM offset", source=MESA, evidence=SIBLING
    )
    image_cache_end_address = Field(
        (14, 31, 0), meaning="SRAM offset", source=MESA, evidence=SIBLING
    )
    in_image_border_mode = Field((15, 1, 0), meaning="0 constant", source=MESA, evidence=SIBLING)
    in_image_border_const = Field(
        (15, 17, 2), meaning="padding value = input zero point", source=BOTH, evidence=SHOWN
    )
    unk_15_18 = Field((15, 18, 18))
    unk_15_30 = Field((15, 31, 30))
    in_image_x_stride = Field((16, 15, 0), meaning="bytes per row", source=BOTH, evidence=SHOWN)
    in_image_y_stride = Field((16, 31, 16), meaning="rows per plane", source=BOTH, evidence=SHOWN)
    out_image_x_stride = Field((17, 15, 0), meaning="bytes per row", source=BOTH, evidence=SHOWN)
    unk_17_16 = Field((17, 23, 16))
    out_image_circular_buf_size = Field(
        (18, 25, 0), meaning="bytes >> 6; 0 = off", source=MESA, evidence=SIBLING
    )
    per_channel_post_mul = Field(
        (18, 26, 26), meaning="1: per-channel multiplier", source=MESA, evidence=SIBLING
    )
    unk_18_27 = Field((18, 28, 27))
    in_image_offset_bit_4 = Field(
        (18, 30, 29),
        meaning="set by who writes 5-bit offsets: bit 0 for x, bit 1 for y",
        source=MESA,
        evidence=SIBLING,
    )
    unk_18_31 = Field((18, 31, 31))
    out_image_circular_buf_end_addr_plus_1 = Field(
        (19, 25, 0), meaning=">>6", source=MESA, evidence=SIBLING
    )
    unk_19_26 = Field((19, 31, 26))
    in_image_circular_buf_size = Field(
        (20, 25, 0), meaning="bytes >> 6; 0 = off", source=MESA, evidence=SIBLING
    )
    unk_20_26 = Field((20, 31, 26))
    in_image_circular_buf_end_addr_plus_1 = Field(
        (21, 25, 0), meaning=">>6", source=MESA, evidence=SIBLING
    )
    unk_21_26 = Field((21, 31, 26))
    coef_zero_point = Field((22, 7, 0), meaning="weight zero point", source=BOTH, evidence=SHOWN)
    out_zero_point = Field((22, 15, 8), meaning="output zero point", source=BOTH, evidence=SHOWN)
    kernel_direct_stream_from_vip_sram = Field(
        (22, 16, 16), meaning="0", source=MESA, evidence=SIBLING
    )
    depthwise = Field(
        (22, 17, 17), meaning="1: kernel k reads channel k (V8)", source=BOTH, evidence=SHOWN
    )
    unk_22_26 = Field((22, 31, 26))
    unk_23_0 = Field((23, 31, 0))
    unk_24_0 = Field((24, 3, 0))
    unk_24_4 = Field((24, 31, 4))
    unk_25_0 = Field((25, 3, 0))
    unk_25_4 = Field((25, 31, 4))
    unk_26_0 = Field((26, 31, 0))
    unk_27_0 = Field((27, 31, 0))
    in_image_2_circular_buf_end_addr_plus_1 = Field(
        (28, 31, 0), meaning="bytes >> 6, all ones: off", source=MESA, evidence=SIBLING
    )
    clamp_high = Field((29, 31, 0), meaning="float32, +inf", source=MESA, evidence=SIBLING)
    clamp_low = Field((30, 31, 0), meaning="float32, -inf", source=MESA, evidence=SIBLING)
    fetch_block_control = Field(
        (31, 31, 0),
        meaning="bits 11-12: image, 13-14: second image; 3 each from the vendor, 0 from Mesa",
        source=MESA,
        evidence=SIBLING,
    )
    unk_32_0 = Field((32, 31, 0))
    unk_33_0 = Field((33, 31, 0))

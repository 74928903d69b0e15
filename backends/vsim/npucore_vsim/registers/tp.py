# SPDX-License-Identifier: MIT
"""The descriptor of a job of a TP core: a windowed read, arithmetic, a nested loop of writes."""

from __future__ import annotations

from npucore.evidence import Evidence
from npucore.hw.descriptors import Descriptor, Field

MESA = "Mesa src/gallium/drivers/etnaviv/etnaviv_ml_tp.c"
BOTH = "Mesa, and jobs of VeriSilicon's compiler as its own simulator runs them"
VENDOR = "jobs of VeriSilicon's compiler, as its own simulator runs them"
PAPER, SIBLING, SHOWN = Evidence.PAPER, Evidence.SIBLING, Evidence.SHOWN


class TPDescriptor(Descriptor, length=31):
    """One pass over planes of an image. Sizes and increments are in elements."""

    in_image_x_size = Field((0, 15, 0), source=BOTH, evidence=SHOWN)
    unk_0_16 = Field((0, 31, 16))
    in_image_y_size = Field((1, 15, 0), source=BOTH, evidence=SHOWN)
    in_image_z_size = Field((1, 31, 16), source=BOTH, evidence=SHOWN)
    in_image_stride = Field((2, 15, 0), meaning="elements per row", source=BOTH, evidence=SHOWN)
    unk_2_16 = Field((2, 31, 16))
    in_image_slice = Field((3, 31, 0), meaning="elements per plane", source=BOTH, evidence=SHOWN)
    in_window_x_start = Field(
        (4, 15, 0),
        meaning="first column; below 0: padding",
        source=BOTH,
        evidence=SHOWN,
        signed=True,
    )
    in_window_y_start = Field(
        (4, 31, 16), meaning="first row; below 0: padding", source=BOTH, evidence=SHOWN, signed=True
    )
    in_window_x_end = Field(
        (5, 15, 0), meaning="last column", source=BOTH, evidence=SHOWN, signed=True
    )
    in_window_y_end = Field(
        (5, 31, 16), meaning="last row", source=BOTH, evidence=SHOWN, signed=True
    )
    in_tile_sequence = Field((6, 1, 0), source=MESA, evidence=PAPER)
    in_tile_global_mem = Field((6, 2, 2), source=MESA, evidence=PAPER)
    in_image_global_mem = Field((6, 3, 3), meaning="1 = DRAM", source=MESA, evidence=PAPER)
    alu_i2f_enable = Field((6, 4, 4), meaning="1", source=MESA, evidence=PAPER)
    alu_square_enable = Field(
        (6, 5, 5), meaning="0 (1 for LRN/square)", source=MESA, evidence=PAPER
    )
    alu_horz_processing = Field(
        (6, 8, 6), meaning="horizontal reduction (pooling)", source=VENDOR, evidence=SIBLING
    )
    alu_horz_proc_count = Field((6, 14, 9), source=VENDOR, evidence=SIBLING)
    alu_horz_proc_stride = Field((6, 15, 15), source=VENDOR, evidence=SIBLING)
    alu_vert_processing = Field(
        (6, 17, 16), meaning="vertical reduction (pooling)", source=VENDOR, evidence=SIBLING
    )
    unk_6_18 = Field((6, 18, 18))
    alu_vert_proc_count = Field((6, 24, 19), source=VENDOR, evidence=SIBLING)
    alu_vert_proc_stride = Field((6, 25, 25), source=VENDOR, evidence=SIBLING)
    alu_nms_enable = Field((6, 26, 26), source=MESA, evidence=PAPER)
    alu_pwl_enable = Field(
        (6, 27, 27), meaning="piece-wise linear LUT (activations)", source=VENDOR, evidence=SIBLING
    )
    alu_mult_enable = Field((6, 28, 28), source=MESA, evidence=PAPER)
    alu_f2i_enable = Field((6, 29, 29), meaning="1", source=MESA, evidence=PAPER)
    alu_load_pwl_lut = Field(
        (6, 30, 30),
        meaning="load LUT from alu_load_pwl_lut_address",
        source=VENDOR,
        evidence=SIBLING,
    )
    alu_load_pwl_lut_global_mem = Field((6, 31, 31), source=VENDOR, evidence=SIBLING)
    in_tile_list_address = Field((7, 31, 0), source=MESA, evidence=PAPER)
    in_tile_x_size = Field(
        (8, 15, 0),
        meaning="columns of a tile; a tile is read row by row, tiles likewise",
        source=BOTH,
        evidence=SHOWN,
    )
    in_tile_y_size = Field((8, 31, 16), source=BOTH, evidence=SHOWN)
    in_tile_x_inc = Field((9, 15, 0), source=MESA, evidence=PAPER)
    in_tile_y_inc = Field((9, 31, 16), source=MESA, evidence=PAPER)
    in_image_base_address = Field((10, 31, 0), source=BOTH, evidence=SHOWN)
    alu_load_pwl_lut_address = Field((11, 31, 0), source=MESA, evidence=PAPER)
    out_tile_skip_at_border = Field((12, 0, 0), source=MESA, evidence=PAPER)
    out_image_global_mem = Field((12, 1, 1), source=MESA, evidence=PAPER)
    out_loop_1_reset = Field((12, 2, 2), source=MESA, evidence=PAPER)
    out_loop_2_reset = Field((12, 3, 3), source=MESA, evidence=PAPER)
    out_loop_3_reset = Field((12, 4, 4), source=MESA, evidence=PAPER)
    out_brick_mode = Field((12, 5, 5), source=MESA, evidence=PAPER)
    alu_z_filter_mode = Field((12, 6, 6), source=MESA, evidence=PAPER)
    unk_12_7 = Field((12, 7, 7))
    in_window_z_start_overfetch = Field(
        (12, 9, 8), meaning="pad before z on first core", source=MESA, evidence=PAPER
    )
    unk_12_10 = Field((12, 10, 10))
    in_window_z_end_overfetch = Field(
        (12, 12, 11), meaning="pad after z on last core", source=MESA, evidence=PAPER
    )
    unk_12_13 = Field((12, 13, 13))
    alu_square_preshift = Field((12, 17, 14), source=MESA, evidence=PAPER)
    in_image_data_type = Field(
        (12, 20, 18), meaning="as kernel_data_type", source=MESA, evidence=PAPER
    )
    out_image_data_type = Field(
        (12, 23, 21), meaning="as kernel_data_type", source=MESA, evidence=PAPER
    )
    unk_12_24 = Field((12, 27, 24))
    alu_pwl_sign_support = Field((12, 28, 28), source=VENDOR, evidence=SIBLING)
    alu_relu_enable = Field((12, 29, 29), source=MESA, evidence=PAPER)
    no_flush = Field(
        (12, 30, 30),
        meaning="1 on all but the last core of a split job",
        source=MESA,
        evidence=PAPER,
    )
    last = Field((12, 31, 31), meaning="1", source=MESA, evidence=PAPER)
    out_image_base_address = Field((13, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_0_inc = Field(
        (14, 31, 0), meaning="innermost output address increment", source=BOTH, evidence=SHOWN
    )
    out_loop_1_inc = Field((15, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_0_count = Field((16, 15, 0), source=BOTH, evidence=SHOWN)
    out_loop_1_count = Field((16, 31, 16), source=BOTH, evidence=SHOWN)
    out_loop_2_inc = Field((17, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_3_inc = Field((18, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_2_count = Field((19, 15, 0), source=BOTH, evidence=SHOWN)
    out_loop_3_count = Field((19, 31, 16), source=BOTH, evidence=SHOWN)
    out_loop_4_inc = Field((20, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_5_inc = Field((21, 31, 0), source=BOTH, evidence=SHOWN)
    out_loop_4_count = Field((22, 15, 0), source=BOTH, evidence=SHOWN)
    out_loop_5_count = Field((22, 31, 16), source=BOTH, evidence=SHOWN)
    out_loop_6_inc = Field((23, 31, 0), meaning="outermost, no count", source=BOTH, evidence=SHOWN)
    alu_filter_pwl_swap = Field((24, 0, 0), source=MESA, evidence=PAPER)
    flat_rounding_mode = Field((24, 2, 1), meaning="1", source=MESA, evidence=PAPER)
    integer_rounding_mode = Field((24, 4, 3), meaning="1", source=MESA, evidence=PAPER)
    alu_input_preshift = Field((24, 9, 5), source=MESA, evidence=PAPER)
    alu_output_postshift = Field((24, 14, 10), (24, 27, 26), source=VENDOR, evidence=SIBLING)
    alu_reorder_bits_used = Field(
        (24, 18, 15),
        meaning="bits of the reorder buffer in use; does not change the result",
        source=MESA,
        evidence=PAPER,
    )
    alu_reorder_loop_2_mode = Field((24, 19, 19), source=MESA, evidence=PAPER)
    unk_24_20 = Field((24, 23, 20))
    in_image_border_mode = Field((24, 25, 24), source=MESA, evidence=PAPER)
    unk_24_28 = Field((24, 31, 28))
    in_image_circular_buf_size = Field((25, 31, 0), meaning=">>6", source=MESA, evidence=PAPER)
    in_image_circular_buf_end_address_plus_1 = Field(
        (26, 31, 0), meaning="0xFFFFFFFF>>6 = off", source=MESA, evidence=PAPER
    )
    out_image_circular_buf_size = Field((27, 31, 0), source=MESA, evidence=PAPER)
    out_image_circular_buf_end_address_plus_1 = Field((28, 31, 0), source=MESA, evidence=PAPER)
    in_image_border_const = Field((29, 15, 0), source=MESA, evidence=PAPER)
    coef_zp = Field((29, 23, 16), source=MESA, evidence=PAPER)
    in_zp = Field(
        (29, 31, 24),
        meaning="input zero point, and what lies outside of the image",
        source=BOTH,
        evidence=SHOWN,
    )
    out_zp = Field((30, 7, 0), meaning="output zero point", source=MESA, evidence=PAPER)
    alu_output_post_multiplier = Field(
        (30, 22, 8), meaning="15 bits", source=VENDOR, evidence=SIBLING
    )
    unk_30_23 = Field((30, 31, 23))

# SPDX-License-Identifier: MIT
"""Facts about chips of the family: what ran, on which chip, by whom.

Levels are computed from these (`npucore.evidence`). Sources: "facts" is the page of November 2026,
"reference" the rocket hardware reference, "capabilities" the table of what the chip can do, with
their sections.
"""

from __future__ import annotations

from npucore.evidence import UNNAMED, Fact, Facts, Outcome

READ, FAILED = Outcome.READ, Outcome.FAILED

RK3588, RK3576, RK3568, RV1103 = "rk3588", "rk3576", "rk3568", "rv1103"
MESA = "Mesa's developers and their CI boards"
GREG = "gregordinary"
IREE = "boydjohnson"
PAUNOVIC = "Igor Paunovic"
ALLBILLY = "allbilly"
HAPPYME = "happyme531"
IAV = "iav"
CHARSIU = "gahingwoo"
OPEN_RKNPU = "dnhkng"
VENDOR = "the vendor's compiler"

CONVOLUTION = "int8 convolutions, direct and depthwise, with one scale"
ZERO_POINTS = "weights with a zero point"
CHANNEL_SCALES = "a multiplier for each channel: 8 channels in 64 bytes"
CHANNEL_SCALES_OF_FOUR = "a multiplier for each channel: 4 channels in 32 bytes"
CHANNEL_SCALES_OF = {8: CHANNEL_SCALES, 4: CHANNEL_SCALES_OF_FOUR}
"""By the channels that lie side by side."""
RELU = "ReLU of int8 sums"
UPPER_CLAMP = "an upper clamp of int8 sums in the BN stage"
PART_GROUPS = "kernels that end inside a group of 32, or depthwise channels inside one of 64"
LARGE_KERNELS = "kernels above 5 x 5 and strides above 2"
LARGE_KERNELS_OF_MANY_CHANNELS = "kernels above 5 x 5 over more than 64 channels"
LARGEST_KERNELS = "kernels above 17 or padding above 6"
MANY_CHANNELS = "more than 4096 channels, or 1792 of depthwise layers"
ADDEND = "a map added to a convolution's sums"
ONE_TAP = "a depthwise convolution of one tap"
PARTS = "maps that are some of another map's surfaces"
DILATION = "kernels whose taps lie apart"
TRANSPOSED = "int8 pixels laid out before a kernel goes over them"
POOLING_UNIT = "maximums over windows of int8 maps by the PPU"
COPY = "copies of int8 maps by the DPU alone"
ELEMENTWISE = "two int8 maps added, subtracted, multiplied or compared by the DPU alone"
ELEMENTWISE_SCALES = "the same with a scale and a zero point for each operand"
FUSED_LOOKUP = "a look-up table behind an int8 convolution, in its task"
LOOKUP = "a look-up table for int8 maps by the DPU alone"
HALVES = "fp16 convolutions, direct and depthwise, with a bias"
HALF_ELEMENTWISE = "two fp16 maps added, subtracted, multiplied or compared by the DPU alone"
HALVES_FOR_ALL = "a number of each channel and an fp16 map, by the DPU alone"
HALF_SPREAD = "fp16 pixels laid out before a kernel goes over them"
HALF_LOOKUP = "a look-up table for fp16 maps by the DPU alone"
HALF_CLAMPS = "clamps of fp16 sums in the BN stage"

EVERY = (
    Fact(CONVOLUTION, RK3588, MESA, "reference 5.1; mesa-ci"),
    Fact(CONVOLUTION, RK3588, GREG, "facts 0.5, 0.6: a depthwise layer, all bytes; E"),
    Fact(CONVOLUTION, RK3588, IREE, "facts E: MobileNetV2, 48 layers bit-identical"),
    Fact(CONVOLUTION, RK3588, PAUNOVIC, "facts A3: 13 layers"),
    Fact(CONVOLUTION, RV1103, OPEN_RKNPU, "facts A13"),
    Fact(ZERO_POINTS, RK3588, MESA, "reference 5.7"),
    Fact(ZERO_POINTS, RK3588, GREG, "facts 0.6, A2: -128 to 127, direct and depthwise"),
    Fact(CHANNEL_SCALES, RK3588, GREG, "facts 0.1, A1: dw_perc_probe, 9,216 elements an arm"),
    Fact(CHANNEL_SCALES, RK3588, IREE, "facts 0.1, A1: conv_int8_vendor_affine_hw"),
    Fact(CHANNEL_SCALES, RK3576, CHARSIU, "facts 0.1"),
    Fact(CHANNEL_SCALES, RK3588, VENDOR, "facts A1: in every quantised stream", READ),
    Fact(CHANNEL_SCALES_OF_FOUR, RK3568, IAV, "facts 0.1, A1"),
    Fact(CHANNEL_SCALES_OF_FOUR, RV1103, OPEN_RKNPU, "facts 0.1, A1"),
    Fact(RELU, RK3588, UNNAMED, "facts A5: never decreases"),
    Fact(RELU, RK3568, IAV, "reference 5.10"),
    Fact(UPPER_CLAMP, RK3588, VENDOR, "facts A5: int8 on the RK3576", READ),
    Fact(PART_GROUPS, RK3588, PAUNOVIC, "facts A3: 13 numbers of kernels from 20 to 120"),
    Fact(PART_GROUPS, RK3588, MESA, "facts A3: depthwise models of its CI"),
    Fact(PART_GROUPS, RK3588, GREG, "facts A3: outlast the watchdog", FAILED),
    Fact(PART_GROUPS, RK3588, VENDOR, "facts A3: 8 kernels of 8, 2 of 1", READ),
    Fact(PART_GROUPS, RK3568, IAV, "facts F, iav/mesa rkt_coefs.c: 24 kernels in groups of 16"),
    # both in fp16: the window's fields and walk; capabilities 7 counts them for int8, whose packing
    # has run to 5 x 5 (CONVOLUTION), so that the self-test asks for both at once
    Fact(LARGE_KERNELS, RK3588, ALLBILLY, "reference, column run: fp16, to 17 x 1 and 13 x 13"),
    Fact(LARGE_KERNELS, RK3588, IREE, "facts E: ResNet50, 7 x 7 by twos, in fp16; A9"),
    Fact(LARGE_KERNELS, RK3588, VENDOR, "reference 7.4: averages", READ),
    Fact(LARGE_KERNELS_OF_MANY_CHANNELS, RK3588, ALLBILLY, "reference, column run: fp16"),
    Fact(LARGE_KERNELS_OF_MANY_CHANNELS, RK3588, IREE, "facts A9: 7 x 7 in fp16 hangs", FAILED),
    Fact(LARGEST_KERNELS, RK3588, VENDOR, "reference 5.12: the fields hold them", READ),
    Fact(MANY_CHANNELS, RK3588, VENDOR, "reference 5.12: the fields hold them", READ),
    Fact(ADDEND, RK3588, MESA, "reference 6.5; mesa-ci"),
    Fact(ADDEND, RK3568, IAV, "reference 6.5"),
    Fact(ONE_TAP, RK3568, IAV, "reference 9: requantisation by an identity"),
    Fact(PARTS, RK3568, IAV, "reference 8.8; facts A13: concatenations and slices"),
    Fact(DILATION, RK3588, ALLBILLY, "facts A10: 2, in fp16", READ),
    Fact(DILATION, RK3588, GREG, "facts A10, E: in int8 networks"),
    Fact(DILATION, RV1103, OPEN_RKNPU, "facts A10: 1 to 17"),
    Fact(TRANSPOSED, RV1103, OPEN_RKNPU, "facts A10: about 90 models"),
    # ten shapes in fp16, where 0 and the padding's value between pixels are the same
    Fact(TRANSPOSED, RK3588, GREG, "facts A10: fp16", READ),
    Fact(POOLING_UNIT, RK3588, GREG, "facts A6: pool_int8_native_probe, all bytes"),
    Fact(POOLING_UNIT, RK3588, ALLBILLY, "facts A6"),
    Fact(COPY, RK3588, HAPPYME, "reference 6.4"),
    Fact(ELEMENTWISE, RK3588, GREG, "facts 0.10: ew_int_probe, 4,096 elements x 6 models"),
    Fact(ELEMENTWISE, RK3588, ALLBILLY, "facts 0.10: 90 layout streams"),
    Fact(ELEMENTWISE_SCALES, RV1103, OPEN_RKNPU, "facts A8: add, subtract, maximum, multiply"),
    Fact(FUSED_LOOKUP, RV1103, OPEN_RKNPU, "facts A7: 12 models, 192 inferences, all bytes"),
    Fact(FUSED_LOOKUP, RK3576, VENDOR, "facts A7: its streams", READ),
    Fact(HALVES, RK3588, ALLBILLY, "reference 8.6: 217 shapes"),
    Fact(HALVES, RK3588, IREE, "facts E, A9: ResNet50, ViT-B/16"),
    Fact(HALVES, RK3588, GREG, "facts A7, A9: fp16 convolutions with tables; regression matrices"),
    Fact(HALVES, RK3588, VENDOR, "reference 5.2: 683 tasks of 83 models", READ),
    Fact(HALF_ELEMENTWISE, RK3588, ALLBILLY, "facts A8; reference 6.3, under kernel 6.18"),
    Fact(HALVES_FOR_ALL, RK3588, ALLBILLY, "facts A8: ERDMA's data mode 0, over all pixels"),
    Fact(HALF_SPREAD, RK3588, GREG, "facts A10: ten shapes to the bit; resizing"),
    Fact(HALF_LOOKUP, RK3588, ALLBILLY, "reference 6.8: sigmoid and others"),
    Fact(HALF_CLAMPS, RK3588, IREE, "facts A5: a board test, and its production path"),
    Fact(HALF_CLAMPS, RK3588, VENDOR, "facts A5: 30 captures", READ),
    Fact(LOOKUP, RK3588, IREE, "facts A7: sigmoid and tanh"),
    Fact(LOOKUP, RK3568, IAV, "facts A7, A13: SiLU"),
)
FACTS = Facts(EVERY)

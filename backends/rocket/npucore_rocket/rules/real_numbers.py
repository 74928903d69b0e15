# SPDX-License-Identifier: MIT
"""The rules of each way that real numbers go, as fp16."""

from __future__ import annotations

from npucore.family.rules import Rule
from npucore.ops import (
    Add,
    BatchMatmul,
    Broadcast,
    Concatenation,
    Convolution,
    Div,
    Erf,
    FullyConnected,
    Gelu,
    HSwish,
    Logistic,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Pad,
    Pooling,
    Relu,
    Reshape,
    Resize,
    ResizeBilinear,
    Split,
    StridedSlice,
    Subtract,
    Tanh,
    Transpose,
    TransposeConvolution,
)
from npucore_rocket import facts
from npucore_rocket.chip import Chip
from npucore_rocket.rules import half_cut, half_spread, halves, layers, pairs, views
from npucore_rocket.rules.batch_matmul import Products
from npucore_rocket.rules.claims import known_of
from npucore_rocket.rules.limits import Limits

VIEWS = (Reshape, Transpose)
PAIRS = (Add, Maximum, Minimum, Mul, Subtract)
DIRECT = (Convolution, FullyConnected)
CUTS = (Split, StridedSlice)
LOOKED_UP = (Erf, Gelu, Logistic, Tanh)
SPREAD = (TransposeConvolution, Resize, ResizeBilinear)


def rules_of_halves(chip: Chip) -> tuple[Rule, ...]:
    """Those of real numbers, which are taken if the user wants them by fp16."""
    ways = (
        *(half_view_rules, half_rules, half_spread_rules, half_cut_rules, half_lookup_rules),
        *(product_rules, half_map_rules),
    )
    return tuple(rule for way in ways for rule in way(chip))


def half_view_rules(chip: Chip) -> tuple[Rule, ...]:
    """Views of real numbers."""
    numbers = known_of(chip)(facts.HALVES)
    return (
        Rule(VIEWS, halves.real_numbers, numbers),
        Rule(VIEWS, views.Joints(Limits(chip)).nothing_moved, numbers),
    )


def half_rules(chip: Chip) -> tuple[Rule, ...]:
    """Convolutions of real numbers, as fp16."""
    known, limits = known_of(chip), Limits(chip)
    numbers, large = known(facts.HALVES), known(facts.LARGE_KERNELS)
    return (
        Rule(DIRECT, halves.real_numbers, numbers),
        Rule(DIRECT, halves.real_weights, numbers),
        Rule(DIRECT, halves.few_kernels, numbers),
        Rule(DIRECT, limits.maps, numbers),
        Rule(DIRECT, layers.computed, numbers),
        Rule(DIRECT, halves.clamped, known(facts.HALF_CLAMPS), halves.is_clamped),
        Rule((Convolution,), layers.single, numbers),
        Rule((FullyConnected,), limits.rows_of_pixels, numbers),
        Rule((Convolution,), limits.window, numbers),
        Rule(DIRECT, layers.large_window, large, limits.is_large),
        Rule(
            DIRECT,
            layers.large_window_of_many_channels,
            known(facts.LARGE_KERNELS_OF_MANY_CHANNELS),
            limits.is_large_of_many_channels,
        ),
        Rule(DIRECT, layers.largest_window, known(facts.LARGEST_KERNELS), limits.is_largest),
        Rule((Convolution,), layers.dilation, numbers, layers.is_dilated),
    )


def half_spread_rules(chip: Chip) -> tuple[Rule, ...]:
    """Maps of real numbers whose pixels are laid apart."""
    known, limits = known_of(chip), Limits(chip)
    numbers, kinds = known(facts.HALVES), (TransposeConvolution,)
    return (
        Rule(SPREAD, halves.real_numbers, numbers),
        Rule(kinds, halves.real_weights, numbers),
        Rule(kinds, halves.few_kernels, numbers),
        Rule(SPREAD, limits.maps, numbers),
        Rule(SPREAD, layers.computed, numbers),
        Rule(SPREAD, layers.single, numbers),
        Rule(kinds, halves.clamped, known(facts.HALF_CLAMPS), halves.is_clamped),
        Rule(kinds, half_spread.laid_out, known(facts.HALF_SPREAD)),
        Rule(SPREAD[1:], half_spread.larger_evenly, known(facts.HALF_SPREAD)),
        Rule(
            SPREAD[1:],
            half_spread.edges_made_whole,
            known(facts.HALF_ELEMENTWISE),
            half_spread.is_of_centers,
        ),
    )


def half_cut_rules(chip: Chip) -> tuple[Rule, ...]:
    """Parts of maps of real numbers."""
    known, limits = known_of(chip), Limits(chip)
    numbers = known(facts.HALVES)
    return (
        Rule(CUTS, halves.real_numbers, numbers),
        Rule(CUTS, limits.maps, numbers),
        Rule(CUTS, layers.computed, numbers),
        Rule(CUTS, half_cut.whole_parts, known(facts.COPY)),
        Rule(CUTS, layers.large_window, known(facts.LARGE_KERNELS), half_cut.is_of_windows),
    )


def half_lookup_rules(chip: Chip) -> tuple[Rule, ...]:
    """Functions of one real number between 0 and 1, and what follows from them."""
    known, limits = known_of(chip), Limits(chip)
    numbers = known(facts.HALVES)
    return (
        Rule(LOOKED_UP, halves.real_numbers, numbers),
        Rule(LOOKED_UP, limits.maps, numbers),
        Rule(LOOKED_UP, layers.computed, numbers),
        Rule(LOOKED_UP, halves.within_a_table, known(facts.HALF_LOOKUP)),
        Rule((Gelu,), halves.product_with_a_gate, known(facts.HALF_ELEMENTWISE)),
    )


def product_rules(chip: Chip) -> tuple[Rule, ...]:
    """Products of two computed matrices of real numbers."""
    numbers, limits = known_of(chip)(facts.HALVES), Limits(chip)
    ways = (half_rules, half_spread_rules, half_cut_rules, half_lookup_rules, half_map_rules)
    others = (rule for way in ways for rule in way(chip))
    taken = dict.fromkeys(kind for rule in others for kind in rule.kinds)
    products = Products(limits, (*taken, BatchMatmul))
    return (
        Rule((BatchMatmul,), halves.real_numbers, numbers),
        Rule((BatchMatmul,), products.two_matrices, numbers),
        Rule((BatchMatmul,), products.few_columns, numbers),
        Rule((BatchMatmul,), products.second_from_outside, numbers),
    )


def half_map_rules(chip: Chip) -> tuple[Rule, ...]:
    """Maps of real numbers, value by value or by windows."""
    known, limits = known_of(chip), Limits(chip)
    numbers, stage = known(facts.HALVES), known(facts.HALF_ELEMENTWISE)
    windows, combined = (Mean, Pooling), (*PAIRS, Div)
    every = (*combined, *windows, Broadcast, Concatenation, HSwish, Pad, Relu)
    return (
        Rule(every, halves.real_numbers, numbers),
        Rule((*windows, Broadcast, Concatenation, HSwish, Pad, Relu), layers.computed, numbers),
        Rule((Broadcast,), halves.one_pixel_for_all, known(facts.HALVES_FOR_ALL)),
        Rule(every, limits.maps, numbers),
        Rule((*windows, Pad), layers.single, numbers),
        Rule((HSwish,), halves.product_with_a_gate, stage),
        Rule((Pad,), halves.zeros_behind, known(facts.COPY)),
        Rule(every, halves.clamped, known(facts.HALF_CLAMPS), halves.is_clamped),
        Rule(combined, pairs.two_maps, stage),
        Rule((Div,), halves.divided_by_constants, numbers),
        Rule((Pooling,), halves.whole_windows, numbers),
        Rule((Pooling,), layers.maximum_of_halves, stage, layers.is_maximum),
        Rule((Mean,), halves.whole_map, known(facts.LARGE_KERNELS)),
        Rule((Concatenation,), halves.channels_at_atoms, known(facts.COPY)),
        Rule((Pooling,), layers.large_window, known(facts.LARGE_KERNELS), limits.is_large),
        Rule((Pooling,), layers.largest_window, known(facts.LARGEST_KERNELS), halves.is_largest),
    )

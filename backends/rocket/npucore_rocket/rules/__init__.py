# SPDX-License-Identifier: MIT
"""What the NPU takes. A rule is a predicate; its docstring says what it wants.

Every rule rests on a claim about the chip, whose level is computed from facts; the weakest one is
the op's.
"""

from __future__ import annotations

from collections.abc import Callable

from npucore.evidence import Claim
from npucore.family.rules import Rule, bytes_per_tensor, constant_matrix
from npucore.ops import (
    Add,
    BatchMatmul,
    Concatenation,
    Convolution,
    FullyConnected,
    Mean,
    Pad,
    Pooling,
    Quantize,
    Reshape,
    Split,
    StridedSlice,
    Transpose,
)
from npucore_rocket import facts
from npucore_rocket.chip import Chip
from npucore_rocket.lower.activation import ACTIVATED
from npucore_rocket.rules import layers, views
from npucore_rocket.rules.limits import Limits

LAYERS = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)
MOVES = (Reshape, Transpose)
CUTS = (Concatenation, Pad, Split, StridedSlice)
WEIGHTED = (Convolution, FullyConnected)
WINDOWED = (Convolution, FullyConnected, Mean, Pooling)


NO_LAYER = "is not lowered to the convolution engine"


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order; how well each is known follows from the facts."""

    def known(what: str) -> Claim:
        return facts.FACTS.claim(what, chip.name)

    limits, joints = Limits(chip), views.Joints(Limits(chip))
    layer, parts = known(facts.CONVOLUTION), known(facts.PARTS)
    return (
        Rule((BatchMatmul,), constant_matrix, layer),
        Rule((*LAYERS, *CUTS, *MOVES), bytes_per_tensor, layer),
        Rule((*LAYERS, *CUTS), limits.maps, layer),
        *_layers(limits, known),
        Rule(MOVES, joints.nothing_moved, layer),
        Rule((Split, StridedSlice), joints.cut_at_atoms, parts),
        Rule((Concatenation,), views.no_activation, layer),
        Rule((Concatenation,), joints.side_by_side, parts),
        Rule((Pad,), views.folded_border, layer),
    )


def _layers(limits: Limits, known: Callable[[str], Claim]) -> tuple[Rule, ...]:
    layer = known(facts.CONVOLUTION)
    scales = facts.CHANNEL_SCALES_OF[limits.chip.coefficient_channels]
    large, over_many = facts.LARGE_KERNELS, facts.LARGE_KERNELS_OF_MANY_CHANNELS
    return (
        Rule(LAYERS, layers.computed, layer),
        Rule((Convolution, Mean, Pooling), layers.single, layer),
        Rule((Mean,), limits.whole_map, layer),
        Rule(LAYERS, layers.many_channels, known(facts.MANY_CHANNELS), layers.has_many_channels),
        Rule(ACTIVATED, layers.clamp_below, known(facts.RELU), layers.clamps_below),
        Rule(ACTIVATED, layers.clamp_above, known(facts.UPPER_CLAMP), layers.clamps_above),
        Rule(WEIGHTED, layers.constant_weights, known(facts.ZERO_POINTS)),
        Rule(WEIGHTED, layers.scale_per_channel, known(scales), layers.has_channel_scales),
        Rule(WEIGHTED, layers.kernel_bytes, layer),
        Rule((FullyConnected,), limits.rows_of_pixels, layer),
        Rule(WEIGHTED, layers.kernels_in_turns, known(facts.PART_GROUPS), limits.in_turns),
        Rule((Convolution, Pooling), limits.window, layer),
        Rule(WINDOWED, layers.large_window, known(large), limits.is_large),
        Rule(
            WEIGHTED,
            layers.large_window_of_many_channels,
            known(over_many),
            limits.is_large_of_many_channels,
        ),
        Rule(WINDOWED, layers.largest_window, known(facts.LARGEST_KERNELS), limits.is_largest),
        Rule((Convolution,), layers.no_dilation, layer),
        Rule((Add,), layers.same_shapes, known(facts.ADDEND)),
        Rule((Add,), layers.addend_stride, layer),
        Rule((Add,), limits.addend_of_both_readers, known(facts.ADDEND)),
        Rule((Pooling,), layers.average, layer),
        Rule((Quantize,), layers.one_tap, known(facts.ONE_TAP)),
    )


PART_OF_A_GROUP = layers.kernels_in_turns.__name__.replace("_", " ")
"""The name of the rule whose claim is that kernels may end inside a group."""

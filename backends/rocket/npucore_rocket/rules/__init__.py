# SPDX-License-Identifier: MIT
"""What the NPU takes. A rule is a predicate; its docstring says what it wants.

Every rule rests on a claim about the chip, whose level is computed from facts; the weakest one is
the op's. An op may go several ways, each with rules of its own.
"""

from __future__ import annotations

from npucore.family.rules import Rule, bytes_per_tensor, constant_matrix
from npucore.ops import (
    Add,
    BatchMatmul,
    Broadcast,
    Concatenation,
    Convolution,
    DepthToSpace,
    FullyConnected,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Pad,
    Pooling,
    Quantize,
    Reshape,
    Resize,
    ResizeBilinear,
    Softmax,
    Split,
    StridedSlice,
    Subtract,
    Transpose,
    TransposeConvolution,
)
from npucore_rocket import facts
from npucore_rocket.chip import Chip
from npucore_rocket.lower.activation import ACTIVATED
from npucore_rocket.rules import layers, lookup, pairs, softmax, views
from npucore_rocket.rules.claims import Known, known_of
from npucore_rocket.rules.limits import Limits
from npucore_rocket.rules.moves import Movement
from npucore_rocket.rules.steps import StepRule, step_rules

LAYERS = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize, TransposeConvolution)
VIEWS = (Reshape, Transpose)
CUTS = (Split, StridedSlice)
PAIRS = (Add, Maximum, Minimum, Mul, Subtract)
MOVED = (Broadcast, Concatenation, DepthToSpace, Pad, Resize, ResizeBilinear, *CUTS)
WEIGHTED = (Convolution, FullyConnected, TransposeConvolution)
WINDOWED = (Convolution, FullyConnected, Mean, Pooling)
DIRECT = (Convolution, FullyConnected)

NO_WAY = "is not lowered to the NPU"


def rules(chip: Chip) -> tuple[Rule, ...]:
    """All of one chip, those of each way behind the other; how well each is known is in facts."""
    ways = (view_rules, layer_rules, lookup_rules, pair_rules, move_rules)
    each = (rule for way in ways for rule in way(chip))
    steps = (step.rule for step in rules_of_steps(chip))
    return (*each, pool_rules(chip)[-1], _taken_along(chip), *steps)


def rules_of_steps(chip: Chip) -> tuple[StepRule, ...]:
    """Those that look at what an op has become."""
    return step_rules(known_of(chip))


def view_rules(chip: Chip) -> tuple[Rule, ...]:
    """Ops that cost nothing: values stay, or others take them from where they are."""
    known, joints = known_of(chip), views.Joints(Limits(chip))
    layer, parts = known(facts.CONVOLUTION), known(facts.PARTS)
    return (
        Rule((*VIEWS, *CUTS, Pad), bytes_per_tensor, layer),
        Rule(VIEWS, joints.nothing_moved, layer),
        Rule(CUTS, joints.cut_at_atoms, parts),
        Rule((Pad,), views.folded_border, layer),
    )


def layer_rules(chip: Chip) -> tuple[Rule, ...]:
    """Ops that become convolutions."""
    known, limits = known_of(chip), Limits(chip)
    layer = known(facts.CONVOLUTION)
    return (
        Rule((BatchMatmul,), constant_matrix, layer),
        Rule(LAYERS, bytes_per_tensor, layer),
        Rule(LAYERS, limits.maps, layer),
        *_layers(limits, known),
    )


def lookup_rules(chip: Chip) -> tuple[Rule, ...]:
    """Functions of one byte; what the table rests on, the steps say."""
    layer, movement = known_of(chip)(facts.CONVOLUTION), Movement(chip)
    return (
        Rule(lookup.KINDS, lookup.one_byte, layer),
        Rule(lookup.KINDS, movement.dpu_alone, layer),
        Rule(lookup.KINDS, lookup.map_of_atoms, layer),
    )


def fused_rules(chip: Chip) -> tuple[Rule, ...]:
    """Functions of one byte of a convolution's result, and that convolution."""
    known, movement = known_of(chip), Movement(chip)
    layer, kinds = known(facts.CONVOLUTION), (Convolution, *lookup.KINDS)
    mine = (rule for rule in layer_rules(chip) if Convolution in rule.kinds)
    return (
        Rule(kinds, movement.dpu_alone, layer),
        _taken_along(chip),
        Rule(lookup.KINDS, lookup.one_byte, layer),
        *(Rule((Convolution,), rule.refuse, rule.claim, rule.applies) for rule in mine),
    )


def _taken_along(chip: Chip) -> Rule:
    kinds = (Convolution, *lookup.KINDS)
    return Rule(kinds, lookup.table_taken_along, known_of(chip)(facts.FUSED_LOOKUP))


def pool_rules(chip: Chip) -> tuple[Rule, ...]:
    """Maximum pools by the PPU, where its end is heard."""
    layer, unit = known_of(chip)(facts.CONVOLUTION), known_of(chip)(facts.POOLING_UNIT)
    return (
        Rule((Pooling,), bytes_per_tensor, layer),
        Rule((Pooling,), Movement(chip).dpu_alone, layer),
        Rule((Pooling,), layers.computed, layer),
        Rule((Pooling,), layers.single, layer),
        Rule((Pooling,), layers.pooling_unit, unit),
    )


def pair_rules(chip: Chip) -> tuple[Rule, ...]:
    """Two maps, value by value; what their numbers rest on, the steps say."""
    stage, movement = known_of(chip)(facts.ELEMENTWISE), Movement(chip)
    return (
        Rule(PAIRS, movement.dpu_alone, stage),
        Rule(PAIRS, bytes_per_tensor, stage),
        Rule(PAIRS, pairs.two_maps, stage),
        Rule((Softmax,), softmax.more_bits_than_bytes, stage),
    )


def move_rules(chip: Chip) -> tuple[Rule, ...]:
    """Values that go elsewhere; what that rests on, the steps say."""
    known, limits, movement = known_of(chip), Limits(chip), Movement(chip)
    layer = known(facts.CONVOLUTION)
    return (
        Rule(MOVED, movement.dpu_alone, layer),
        Rule(MOVED, bytes_per_tensor, layer),
        Rule(MOVED, layers.computed, layer),
        Rule((Pad, Resize, ResizeBilinear, DepthToSpace), limits.maps, layer),
        Rule((Pad, Resize, ResizeBilinear, DepthToSpace), layers.single, layer),
        Rule((Broadcast,), movement.one_for_all, layer),
        Rule((Concatenation,), views.no_activation, layer),
        Rule((Concatenation,), movement.side_by_side, known(facts.PARTS)),
        Rule((DepthToSpace,), movement.block, layer),
        Rule((Pad,), movement.border_of_a_map, layer),
        Rule((Resize,), movement.whole_factor, layer),
        Rule((ResizeBilinear,), movement.straight_lines, layer),
        Rule(CUTS, movement.part, known(facts.PARTS)),
    )


def _layers(limits: Limits, known: Known) -> tuple[Rule, ...]:
    layer = known(facts.CONVOLUTION)
    scales = facts.CHANNEL_SCALES_OF[limits.chip.coefficient_channels]
    large, over_many = facts.LARGE_KERNELS, facts.LARGE_KERNELS_OF_MANY_CHANNELS
    stage = known(facts.ELEMENTWISE)
    alone = Movement(limits.chip).dpu_alone
    return (
        Rule(LAYERS, layers.computed, layer),
        Rule((Convolution, Mean, Pooling, TransposeConvolution), layers.single, layer),
        Rule((Mean,), limits.whole_map, layer),
        Rule(LAYERS, layers.many_channels, known(facts.MANY_CHANNELS), layers.has_many_channels),
        Rule(ACTIVATED, layers.clamp_below, known(facts.RELU), layers.clamps_below),
        Rule(ACTIVATED, layers.clamp_above, known(facts.UPPER_CLAMP), layers.clamps_above),
        Rule(WEIGHTED, layers.constant_weights, known(facts.ZERO_POINTS)),
        Rule(WEIGHTED, layers.scale_per_channel, known(scales), layers.has_channel_scales),
        Rule(WEIGHTED, layers.kernel_bytes, layer),
        Rule((FullyConnected,), limits.rows_of_pixels, layer),
        Rule(DIRECT, layers.kernels_in_turns, known(facts.PART_GROUPS), limits.in_turns),
        Rule((Convolution, Pooling), limits.window, layer),
        Rule(WINDOWED, layers.large_window, known(large), limits.is_large),
        Rule(
            DIRECT,
            layers.large_window_of_many_channels,
            known(over_many),
            limits.is_large_of_many_channels,
        ),
        Rule(WINDOWED, layers.largest_window, known(facts.LARGEST_KERNELS), limits.is_largest),
        Rule((Convolution,), layers.dilation, layer, layers.is_dilated),
        Rule((TransposeConvolution,), limits.transposed, layer),
        Rule((Add,), layers.same_shapes, known(facts.ADDEND)),
        Rule((Add,), layers.addend_stride, layer),
        Rule((Add,), limits.addend_of_both_readers, known(facts.ADDEND)),
        Rule((Pooling,), layers.average, layer, layers.is_average),
        Rule((Pooling,), alone, stage, layers.over_the_edge),
        Rule((Pooling,), alone, stage, layers.is_maximum),
        Rule((Pooling,), layers.maximum, stage, layers.is_maximum),
        Rule((Quantize,), layers.one_tap, known(facts.ONE_TAP)),
    )


PART_OF_A_GROUP = layers.kernels_in_turns.__name__.replace("_", " ")
"""The name of the rule whose claim is that kernels may end inside a group."""

# SPDX-License-Identifier: MIT
"""What the NPUs take. A rule is a predicate; its docstring says what it wants.

What Mesa's driver does on boards is shown; what the vendor's compiler gives the same engine, or
what another value of a proven field means, is sibling.
"""

from __future__ import annotations

from npucore.backend import Evidence
from npucore.ops import (
    Add,
    BatchMatmul,
    Concatenation,
    Convolution,
    DepthToSpace,
    FullyConnected,
    Mean,
    Mul,
    Op,
    Pad,
    Pooling,
    Reshape,
    Resize,
    Split,
    StridedSlice,
    Subtract,
    Transpose,
)
from npucore.rules import Rule, bytes_per_tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower import COMPUTING, LOOKUPS, MOVING
from npucore_vsim.lower.activation import ACTIVATED, needs_clamp
from npucore_vsim.lower.constant import has_constant
from npucore_vsim.rules import add, fits, layers, moves

WEIGHTED = (Convolution, FullyConnected)
MAPPED = (Convolution, Mean, Pooling)
KEPT = (DepthToSpace, Pad, Reshape, Resize, Split, StridedSlice, Transpose)
ALL: tuple[type[Op], ...] = (*COMPUTING, *MOVING)
PROVEN, SHOWN, SIBLING, PAPER = reversed(Evidence)
NO_LAYER = "is not lowered to the NN or TP cores"


MOVES = (
    Rule(tuple(MOVING), moves.one_dtype, SHOWN),
    Rule(KEPT, moves.one_quantization, SHOWN),
    Rule((Concatenation, Split, StridedSlice), moves.one_order, SHOWN),
    Rule((StridedSlice,), moves.box, SHOWN),
    Rule((Split, StridedSlice), moves.copied, SIBLING, moves.is_copied),
    Rule((Transpose,), moves.three_axes, SIBLING),
    Rule((Pad,), moves.border, SHOWN),
    Rule((Pad,), moves.other_border, SIBLING, moves.has_other_border),
    Rule((Resize,), moves.whole_blocks, SIBLING),
    Rule((DepthToSpace,), moves.single_map, SIBLING),
    Rule((Concatenation,), moves.no_activation, SHOWN),
    Rule((Concatenation,), moves.requantized, SIBLING, moves.is_requantized),
    Rule(tuple(MOVING), moves.next_to_a_layer, SHOWN),
)


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order."""
    return (*_computing(chip), *MOVES)


def _computing(chip: Chip) -> tuple[Rule, ...]:
    limits, sums = layers.Limits(chip), add.Sums(chip)
    return (
        Rule((BatchMatmul,), layers.constant_matrix, SHOWN),
        Rule(ALL, bytes_per_tensor, SHOWN),
        Rule(ALL, layers.filled, SHOWN),
        Rule(ALL, fits.turned, SHOWN),
        Rule(MAPPED, layers.images, SHOWN),
        Rule(ACTIVATED, layers.clamped, SIBLING, needs_clamp),
        Rule(WEIGHTED, layers.constant_weights, SHOWN),
        Rule(WEIGHTED, layers.one_scale, SHOWN),
        Rule((Convolution,), limits.window, SHOWN),
        Rule((Convolution,), limits.unusual_window, SIBLING, layers.is_unusual),
        Rule((Convolution, Pooling), limits.dense_weights, SHOWN),
        Rule(WEIGHTED, limits.many_kernels, SIBLING, limits.has_many_kernels),
        Rule((Convolution,), layers.no_dilation, SHOWN),
        Rule((FullyConnected,), limits.rows, SHOWN),
        Rule((Add,), sums.one_sum, SHOWN if chip.generation == 7 else SIBLING, add.is_sum),
        Rule((Add,), add.odd_sum, SIBLING, add.is_odd),
        Rule((Add,), sums.scales_alike, SHOWN, add.is_sum),
        Rule((Pooling,), limits.average, SIBLING, layers.is_average),
        Rule((Pooling,), layers.largest, SIBLING, layers.is_maximum),
        Rule((Pooling,), layers.composed, SIBLING, layers.is_composed),
        Rule((Mean,), limits.whole_map, SIBLING),
        Rule((Mul, Subtract), layers.one_operand, SHOWN),
        Rule((Add,), layers.looked_up, SIBLING, has_constant),
        Rule(tuple(LOOKUPS), layers.looked_up, SIBLING),
    )

# SPDX-License-Identifier: MIT
"""What the NPUs take. A rule is a predicate; its docstring says what it wants.

Every rule rests on a claim about the chip, whose level is computed from facts.
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
    DepthToSpace,
    FullyConnected,
    Mean,
    Mul,
    Op,
    Pad,
    Pooling,
    Reshape,
    Resize,
    Softmax,
    Split,
    StridedSlice,
    Subtract,
    Transpose,
)
from npucore_vsim import facts
from npucore_vsim.chip import Chip
from npucore_vsim.lower import COMPUTING, LOOKUPS, MOVING
from npucore_vsim.lower.activation import ACTIVATED, needs_clamp
from npucore_vsim.lower.constant import has_constant
from npucore_vsim.rules import add, fits, layers, moves, mul, softmax

WEIGHTED = (Convolution, FullyConnected)
MAPPED = (Convolution, Mean, Pooling)
KEPT = (DepthToSpace, Pad, Reshape, Resize, Split, StridedSlice, Transpose)
ALL: tuple[type[Op], ...] = (*COMPUTING, *MOVING)
OF_ONE = tuple(kind for kind in LOOKUPS if kind is not Mul)
SUMS = (Add, Subtract)
NO_LAYER = "is not lowered to the NN or TP cores"


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order; how well each is known follows from the facts."""

    def known(what: str) -> Claim:
        return facts.FACTS.claim(what, chip.name)

    return (*_computing(chip, known), *_moving(known))


def _moving(known: Callable[[str], Claim]) -> tuple[Rule, ...]:
    moved, copied = known(facts.REORDERING), known(facts.COPIES)
    return (
        Rule(tuple(MOVING), moves.one_dtype, moved),
        Rule(KEPT, moves.one_quantization, moved),
        Rule((Concatenation, Split, StridedSlice), moves.one_order, moved),
        Rule((StridedSlice,), moves.box, moved),
        Rule((Split, StridedSlice), moves.copied, copied, moves.is_copied),
        Rule((Transpose,), moves.three_axes, copied),
        Rule((Pad,), moves.border, moved),
        Rule((Pad,), moves.other_border, copied, moves.has_other_border),
        Rule((Resize,), moves.whole_blocks, copied),
        Rule((DepthToSpace,), moves.single_map, copied),
        Rule((Concatenation,), moves.no_activation, moved),
        Rule((Concatenation,), moves.requantized, copied, moves.is_requantized),
        Rule(tuple(MOVING), moves.next_to_a_layer, moved),
    )


def _computing(chip: Chip, known: Callable[[str], Claim]) -> tuple[Rule, ...]:
    limits, sums = layers.Limits(chip), add.Sums(chip)
    layer, unusual = known(facts.CONVOLUTION), known(facts.UNUSUAL)
    summed, looked_up = known(facts.ADDITION), known(facts.TABLES)
    average, maximum = known(facts.AVERAGE), known(facts.MAXIMUM)
    return (
        Rule((BatchMatmul,), constant_matrix, layer),
        Rule(ALL, bytes_per_tensor, layer),
        Rule(ALL, layers.filled, layer),
        Rule(ALL, fits.turned, layer),
        Rule(MAPPED, layers.images, layer),
        Rule(ACTIVATED, layers.clamped, looked_up, needs_clamp),
        Rule(WEIGHTED, layers.constant_weights, layer),
        Rule(WEIGHTED, layers.scale_per_channel, layer, layers.has_scales),
        Rule((Convolution,), limits.window, layer),
        Rule((Convolution,), limits.unusual_window, unusual, layers.is_unusual),
        Rule((Convolution, Pooling), limits.dense_weights, layer),
        Rule(WEIGHTED, limits.many_kernels, unusual, limits.has_many_kernels),
        Rule((Convolution,), layers.no_dilation, layer),
        Rule((FullyConnected,), limits.rows, layer),
        Rule(SUMS, sums.one_sum, summed, add.is_sum),
        Rule(SUMS, add.odd_sum, known(facts.COPIES), add.is_odd),
        Rule(SUMS, sums.scales_alike, summed, add.is_sum),
        Rule((Pooling,), limits.average, average, layers.is_average),
        Rule((Pooling,), layers.largest, maximum, layers.is_maximum),
        Rule((Pooling,), layers.composed, maximum, layers.is_composed),
        Rule((Mean,), limits.whole_map, average),
        Rule((Mul,), mul.one_operand, looked_up),
        Rule((Mul,), mul.Products(chip).two_tensors, looked_up, mul.is_product),
        Rule(SUMS, layers.looked_up, looked_up, has_constant),
        Rule((Softmax,), softmax.probabilities, layer),
        Rule(OF_ONE, layers.looked_up, looked_up),
    )

# SPDX-License-Identifier: MIT
"""What the chips take. A rule is a predicate; its docstring says what it wants.

Every rule rests on a claim about the chip, whose level is computed from facts.
"""

from __future__ import annotations

from npucore.evidence import Claim
from npucore.family.rules import Rule, bytes_per_tensor, constant_matrix
from npucore.ops import (
    Absolute,
    Add,
    BatchMatmul,
    Concatenation,
    Convolution,
    FullyConnected,
    LeakyRelu,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    Quantize,
    Relu,
    Reshape,
    Split,
    StridedSlice,
    Subtract,
    Transpose,
)
from npucore_nvdla import facts
from npucore_nvdla.chip import Chip
from npucore_nvdla.lower import lookup
from npucore_nvdla.rules import layers, moves, tables

WEIGHTED = (Convolution, FullyConnected)
PAIRS = (Add, Maximum, Minimum, Mul, Subtract)
SINGLE = (Absolute, LeakyRelu, Quantize, Relu, *lookup.KINDS)
KEPT = (Pad, Reshape, Split, StridedSlice, Transpose)
COMPUTED = (*WEIGHTED, *SINGLE, Concatenation, Mean, Pooling, *KEPT)
ALL: tuple[type[Op], ...] = (*COMPUTED, *PAIRS)
OTHERWISE = "has no place in NVDLA's units"


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order: what applies may need what an earlier one has made sure of."""

    def known(what: str) -> Claim:
        return facts.FACTS.claim(what, chip.name)

    summed, points = known(facts.CONVOLUTION), known(facts.POINTS)
    maximum, average = known(facts.MAXIMUM), known(facts.AVERAGE)
    parts = moves.Moves(chip)
    return (
        Rule((BatchMatmul,), constant_matrix, summed),
        Rule(ALL, bytes_per_tensor, points),
        Rule(ALL, layers.maps, points),
        Rule(COMPUTED, layers.computed, points),
        Rule(PAIRS, layers.one_computed, points),
        Rule((Convolution, Mean, Pad, Pooling), layers.images, points),
        Rule(WEIGHTED, layers.constant_weights, summed),
        Rule((Convolution,), layers.window, summed),
        Rule((Convolution,), layers.seen, summed),
        Rule((Convolution,), layers.dilation, known(facts.DILATION), layers.is_dilated),
        Rule((FullyConnected,), layers.matrix, summed),
        Rule((Maximum, Minimum), layers.one_quantization, points),
        Rule((Mul,), tables.Tables(chip).multiplied, points),
        Rule(lookup.KINDS, tables.Tables(chip).looked_up, known(facts.TABLES)),
        Rule((Pooling,), layers.largest, maximum, layers.is_maximum),
        Rule((Pooling,), layers.average, average, layers.is_average),
        Rule((Pooling,), layers.edge, known(facts.ELEMENTS), layers.over_the_edge),
        Rule((Mean,), layers.whole_map, summed),
        Rule((LeakyRelu, Absolute), layers.negative, known(facts.PRELU)),
        Rule(KEPT, moves.kept_quantization, points),
        Rule((Reshape, Transpose), moves.nothing_moved, points),
        Rule((Concatenation, Split, StridedSlice), parts.parts, points),
        Rule((Pad,), parts.border, points),
    )

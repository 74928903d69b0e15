# SPDX-License-Identifier: MIT
"""What the NPU takes. A rule is a predicate; its docstring says what it wants.

Every rule has the level of the evidence that what it lets through works on the chip; the weakest
one is the op's.
"""

from __future__ import annotations

from npucore import rules
from npucore.backend import Evidence, Verdict
from npucore.graph import Graph
from npucore.measured import Measured
from npucore.ops import (
    Add,
    BatchMatmul,
    Concatenation,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Pad,
    Pooling,
    Quantize,
    Reshape,
    Split,
    StridedSlice,
    Transpose,
)
from npucore.rules import Rule, bytes_per_tensor
from npucore_rocket.lower.activation import ACTIVATED
from npucore_rocket.rules import layers, views

PROVEN, SHOWN, SIBLING, PAPER = reversed(Evidence)
LAYERS = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)
MOVES = (Reshape, Transpose)
CUTS = (Concatenation, Pad, Split, StridedSlice)
WEIGHTED = (Convolution, FullyConnected)
WINDOWED = (Convolution, FullyConnected, Mean, Pooling)


RULES = (
    Rule((BatchMatmul,), layers.constant_matrix, PROVEN),
    Rule((*LAYERS, *CUTS, *MOVES), bytes_per_tensor, PROVEN),
    Rule((*LAYERS, *CUTS), layers.maps, PROVEN),
    Rule(LAYERS, layers.computed, PROVEN),
    Rule((Convolution, Mean, Pooling), layers.single, PROVEN),
    Rule((Mean,), layers.whole_map, SHOWN),
    Rule(ACTIVATED, layers.clamp_below, SIBLING, layers.clamps_below),
    Rule(ACTIVATED, layers.clamp_above, PAPER, layers.clamps_above),
    Rule((Concatenation,), views.no_activation, PROVEN),
    Rule(WEIGHTED, layers.constant_weights, PROVEN),
    Rule(WEIGHTED, layers.scale_per_channel, SIBLING, layers.has_channel_scales),
    Rule(WEIGHTED, layers.kernel_bytes, PROVEN),
    Rule((FullyConnected,), layers.rows_of_pixels, PROVEN),
    Rule(WEIGHTED, layers.kernels_in_turns, SIBLING, layers.in_turns),
    Rule((Convolution, Pooling), layers.window, PROVEN),
    Rule(WINDOWED, layers.large_window, SHOWN, layers.beyond_int8),
    Rule(WINDOWED, layers.size_that_nobody_ran, PAPER, layers.beyond_all),
    Rule((Convolution,), layers.no_dilation, PROVEN),
    Rule((Add,), layers.same_shapes, SHOWN),
    Rule((Add,), layers.addend_stride, PROVEN),
    Rule((Pooling,), layers.average, SHOWN),
    Rule((Quantize,), layers.one_tap, SIBLING),
    Rule(MOVES, views.nothing_moved, PROVEN),
    Rule((Split, StridedSlice), views.cut_at_atoms, SIBLING),
    Rule((Concatenation,), views.side_by_side, SIBLING),
    Rule((Pad,), views.folded_border, PROVEN),
)

_RULES_OF: dict[type[Op], tuple[Rule, ...]] = {
    kind: tuple(rule for rule in RULES if kind in rule.kinds)
    for kind in (*LAYERS, *CUTS, *MOVES, BatchMatmul)
}


NOTHING_MEASURED = Measured()
NO_LAYER = "is not lowered to the convolution engine"


def judge(op: Op, graph: Graph, trust: Evidence, measured: Measured = NOTHING_MEASURED) -> Verdict:
    """The first refusal, or the weakest evidence of the rules that apply; at least *trust*.

    What the board itself has confirmed is as good as shown; what it has refuted is refused.
    """
    mine = _RULES_OF.get(type(op), ())
    return rules.judge(mine, op, graph, trust, NO_LAYER, measured.known)

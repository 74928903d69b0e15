# SPDX-License-Identifier: MIT
"""What the NPUs take. A rule is a predicate; its docstring says what it wants.

What Mesa's driver does on boards is shown; what the vendor's compiler gives the same engine, or
what another value of a proven field means, is sibling.
"""

from __future__ import annotations

from npucore.backend import Evidence
from npucore.ops import (
    Add,
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
)
from npucore.rules import Rule, bytes_per_tensor
from npucore_vsim.chip import Chip
from npucore_vsim.lower.activation import ACTIVATED
from npucore_vsim.rules import layers, views

LAYERS = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)
VIEWS = (Concatenation, Pad, Reshape, Split, StridedSlice)
WEIGHTED = (Convolution, FullyConnected)
PROVEN, SHOWN, SIBLING, PAPER = reversed(Evidence)
NO_LAYER = "is not lowered to the NN or TP cores"


def rules(chip: Chip) -> tuple[Rule, ...]:
    """Those of one chip, in order."""
    limits = layers.Limits(chip)
    return (
        Rule((*LAYERS, *VIEWS), bytes_per_tensor, SHOWN),
        Rule((*LAYERS, *VIEWS), layers.images, SHOWN),
        Rule(ACTIVATED, layers.clamp_below, SHOWN, layers.clamps_below),
        Rule(ACTIVATED, layers.no_clamp_above, SHOWN),
        Rule(WEIGHTED, layers.constant_weights, SHOWN),
        Rule(WEIGHTED, layers.one_scale, SHOWN),
        Rule((Convolution,), limits.window, SHOWN),
        Rule((Convolution,), limits.unusual_window, SIBLING, layers.is_unusual),
        Rule((Convolution, Pooling), limits.dense_weights, SHOWN),
        Rule(WEIGHTED, limits.many_kernels, SIBLING, limits.has_many_kernels),
        Rule((Convolution,), layers.no_dilation, SHOWN),
        Rule((FullyConnected,), layers.one_row, SHOWN),
        Rule((Add,), views.two_maps, SHOWN),
        Rule((Add,), views.odd_sum, SIBLING, views.is_odd),
        Rule((Add,), limits.scales_alike, SHOWN),
        Rule((Pooling,), limits.average, SIBLING, layers.is_average),
        Rule((Pooling,), layers.largest, SHOWN, layers.is_maximum),
        Rule((Mean,), limits.whole_map, SIBLING),
        Rule((Quantize,), limits.one_tap, SIBLING),
        Rule((Reshape,), views.same_bytes, SHOWN),
        Rule((Split, StridedSlice), views.cut_at_channels, SHOWN),
        Rule((Concatenation,), views.SideBySide(chip).side_by_side, SHOWN),
        Rule((Concatenation,), views.no_activation, SHOWN),
        Rule((Pad,), views.folded_border, SHOWN),
    )

# SPDX-License-Identifier: MIT
"""What the NPU takes. A rule is a predicate; its docstring says what it wants.

Every rule has the level of the evidence that what it lets through works on the chip; the weakest
one is the op's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from npucore.backend import Evidence, Verdict
from npucore.graph import Graph
from npucore.ops import (
    Add,
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
)
from npucore_rocket.lower.activation import ACTIVATED
from npucore_rocket.rules import layers, views

PROVEN, SHOWN, SIBLING, PAPER = reversed(Evidence)
LAYERS = (Add, Convolution, FullyConnected, Mean, Pooling, Quantize)
VIEWS = (Concatenation, Pad, Reshape, Split, StridedSlice)
WEIGHTED = (Convolution, FullyConnected)


@dataclass(frozen=True, slots=True)
class Rule:
    """A predicate over ops of some kinds: None, or why the op is refused."""

    kinds: tuple[type[Op], ...]
    refuse: Callable[[Any, Graph], str | None]
    evidence: Evidence
    applies: Callable[[Any], bool] = lambda op: True

    @property
    def name(self) -> str:
        """What reports call the rule."""
        return self.refuse.__name__.replace("_", " ")


RULES = (
    Rule((*LAYERS, *VIEWS), layers.bytes_per_tensor, PROVEN),
    Rule((*LAYERS, *VIEWS), layers.maps, PROVEN),
    Rule(ACTIVATED, layers.clamp_below, SIBLING, layers.clamps_below),
    Rule(ACTIVATED, layers.clamp_above, PAPER, layers.clamps_above),
    Rule((Concatenation,), views.no_activation, PROVEN),
    Rule(WEIGHTED, layers.constant_weights, PROVEN),
    Rule(WEIGHTED, layers.scale_per_channel, SIBLING, layers.has_channel_scales),
    Rule(WEIGHTED, layers.kernel_bytes, PROVEN),
    Rule((Convolution, Pooling), layers.window, PROVEN),
    Rule((Convolution, Mean, Pooling), layers.large_window, SHOWN, layers.beyond_int8),
    Rule((Convolution, Mean, Pooling), layers.size_that_nobody_ran, PAPER, layers.beyond_all),
    Rule((Convolution,), layers.no_dilation, PROVEN),
    Rule((Add,), layers.same_shapes, PROVEN),
    Rule((Add,), layers.addend_stride, PROVEN),
    Rule((Pooling,), layers.average, SHOWN),
    Rule((Mean,), layers.whole_map, SHOWN),
    Rule((Quantize,), layers.one_tap, SIBLING),
    Rule((Reshape,), views.same_bytes, PROVEN),
    Rule((Split, StridedSlice), views.cut_at_atoms, SIBLING),
    Rule((Concatenation,), views.side_by_side, SIBLING),
    Rule((Pad,), views.folded_border, PROVEN),
)


def judge(op: Op, graph: Graph, trust: Evidence) -> Verdict:
    """The first refusal, or the weakest evidence of the rules that apply; at least *trust*."""
    mine = [rule for rule in RULES if isinstance(op, rule.kinds)]
    if not mine:
        return Verdict(f"{op.name} is not lowered to the convolution engine")
    weakest = Evidence.PROVEN
    for rule in mine:
        if not rule.applies(op):  # asked one by one: later ones rely on what earlier ones refuse
            continue
        if rule.evidence < trust:
            return Verdict(f"needs trust={rule.evidence}: {rule.name}")
        if reason := rule.refuse(op, graph):
            return Verdict(reason)
        weakest = min(weakest, rule.evidence)
    return Verdict(evidence=weakest)

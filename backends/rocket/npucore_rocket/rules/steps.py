# SPDX-License-Identifier: MIT
"""Claims that what an op has been lowered to rests on, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from npucore.evidence import Claim
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import (
    Add,
    Broadcast,
    Concatenation,
    Convolution,
    DepthToSpace,
    Maximum,
    Minimum,
    Mul,
    Op,
    Pad,
    Pooling,
    Resize,
    ResizeBilinear,
    Split,
    StridedSlice,
    Subtract,
    TransposeConvolution,
)
from npucore_rocket import facts
from npucore_rocket.lower import Layer, Step
from npucore_rocket.lower.pointwise import COPY, Pointwise, Stages
from npucore_rocket.rules import lookup

CUTS = (Split, StridedSlice)
PAIRS = (Add, Maximum, Minimum, Mul, Subtract)
LARGE_KERNEL = 5


@dataclass(frozen=True, slots=True)
class StepRule:
    """A rule that takes every step that it *covers*, as well as its claim is known."""

    rule: Rule
    covers: Callable[[Step], bool]


def step_rules(known: Callable[[str], Claim]) -> tuple[StepRule, ...]:
    """Those of a chip, by how well things are *known* of it."""

    def one(
        kinds: tuple[type[Op], ...],
        covers: Callable[[Step], bool],
        accept: Callable[[Op, Graph], None],
        what: str,
    ) -> StepRule:
        return StepRule(Rule(kinds, accept, known(what), _never), covers)

    return (
        one((Convolution,), _dilated, dilated_kernel, facts.DILATION),
        one(SPREAD, _spread, pixels_laid_out, facts.TRANSPOSED),
        one((Concatenation, *CUTS, ResizeBilinear), _copied, copy, facts.COPY),
        one((*PAIRS, Pooling), _raw, element_by_element, facts.ELEMENTWISE),
        one(PAIRS, _scaled, operands_with_scales, facts.ELEMENTWISE_SCALES),
        one(lookup.KINDS, _looked_up, look_up, facts.LOOKUP),
        one((*MOVED, Concatenation), _one_tap, one_tap_of_a_window, facts.ONE_TAP),
        one(MOVED, _large, large_window_that_moves, facts.LARGE_KERNELS),
    )


SPREAD = (Broadcast, DepthToSpace, Resize, ResizeBilinear, TransposeConvolution)
MOVED = (*CUTS, Broadcast, Pad, Pooling, Resize, ResizeBilinear)


def _never(op: Op) -> bool:
    """Such rules look at steps, not at ops."""
    return False


def covering(rules: Iterable[StepRule], steps: Iterable[Step]) -> list[Rule]:
    """The rules that *steps* rest on."""
    every = list(steps)
    return [each.rule for each in rules if any(map(each.covers, every))]


def dilated_kernel(op: Op, graph: Graph) -> None:
    """Taps of a kernel up to 17 pixels apart."""


def pixels_laid_out(op: Op, graph: Graph) -> None:
    """Transposed convolutions at steps of 2, 4 and 8: one pixel under each kernel, 0 between."""


def copy(op: Op, graph: Graph) -> None:
    """Atoms go through the DPU as they are."""


def element_by_element(op: Op, graph: Graph) -> None:
    """The element-wise stage on stored numbers as they are."""


def operands_with_scales(op: Op, graph: Graph) -> None:
    """Operands less their zero points, each times a constant, in 32 bits; then one rounding."""


def look_up(op: Op, graph: Graph) -> None:
    """A function of one byte, or a chain of ops that is one, by a table of 2 x 513 entries."""


def one_tap_of_a_window(op: Op, graph: Graph) -> None:
    """A depthwise kernel with a single one takes windows, steps and borders of a map."""


def large_window_that_moves(op: Op, graph: Graph) -> None:
    """Depthwise kernels above 5 x 5, to 31 x 31."""


def _dilated(step: Step) -> bool:
    return isinstance(step, Layer) and step.dilation != (1, 1)


def _spread(step: Step) -> bool:
    return isinstance(step, Layer) and step.spread != (1, 1) and not step.halves


def _copied(step: Step) -> bool:
    return isinstance(step, Pointwise) and step.stages == COPY


def _raw(step: Step) -> bool:
    if not isinstance(step, Pointwise) or step.stages.function is None or step.halves:
        return False
    return step.stages == Stages(function=step.stages.function)


def _scaled(step: Step) -> bool:
    if not isinstance(step, Pointwise) or step.stages.function is None:
        return False
    return not (step.halves or _raw(step))


def _looked_up(step: Step) -> bool:
    return isinstance(step, Pointwise) and step.table is not None and not step.halves


def _one_tap(step: Step) -> bool:
    if not isinstance(step, Layer) or not step.depthwise or step.halves:
        return False
    return bool((step.weights[0] != 0).sum() == 1)


def _large(step: Step) -> bool:
    return isinstance(step, Layer) and step.depthwise and max(step.kernel) > LARGE_KERNEL

# SPDX-License-Identifier: MIT
"""The ways to lower an op, best first: what each needs, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from npucore.errors import UnsupportedError
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.ops import BatchMatmul, Convolution, Op, Pooling, Split, StridedSlice
from npucore.rewrite.fold import source_and_padding
from npucore_rocket import lower
from npucore_rocket.chip import Chip
from npucore_rocket.form import Form
from npucore_rocket.lower import (
    Step,
    batch_matmul,
    half_cut,
    half_lookup,
    half_maps,
    half_spread,
    halves,
    lookup,
    pool_task,
)
from npucore_rocket.lower.fully_connected import moves
from npucore_rocket.lower.fused import lower as lower_fused
from npucore_rocket.lowering import RocketLowering
from npucore_rocket.maps import HALF
from npucore_rocket.rules import (
    fused_rules,
    layer_rules,
    lookup_rules,
    move_rules,
    pair_rules,
    pool_rules,
    view_rules,
)
from npucore_rocket.rules.lookup import chained
from npucore_rocket.rules.real_numbers import (
    half_cut_rules,
    half_lookup_rules,
    half_map_rules,
    half_rules,
    half_spread_rules,
    half_view_rules,
    product_rules,
)

Lower = Callable[[Op, Graph], tuple[Step, ...] | None]


def never() -> bool:
    """As of mainline's driver."""
    return False


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a *chip* whose tasks are cut by *form*."""

    chip: Chip
    form: Form

    def of_bytes(self, pooling_unit: Callable[[], bool] = never) -> tuple[RocketLowering, ...]:
        """Best first: nothing at all, a chain of ops at once, then what each op can become.

        *pooling_unit* says whether the driver hears the PPU's end; it is asked of the first pool.
        """
        chip, way, lookups = self.chip, self._way, lookup_rules(self.chip)
        chain = Rule(lookups[0].kinds, chained, lookups[0].claim)
        fusing = (way(fused_rules(chip), fused(chip), anything),) if self.form.fused_tables else ()
        return (
            way(view_rules(chip), lambda op, graph: None, anything),
            *fusing,
            way(pool_rules(chip), pooled(pooling_unit), nothing),
            way((*lookups, chain), lambda op, graph: lookup.lower(op, graph, chip), chain_before),
            way(layer_rules(chip), lambda op, graph: lower.layers(op, graph, chip), self._folded),
            way(lookups, lambda op, graph: lookup.lower(op, graph, chip), chain_before),
            way(pair_rules(chip), lambda op, graph: lower.pairs(op, chip), nothing),
            way(move_rules(chip), lambda op, graph: lower.moves(op, chip), nothing),
        )

    def of_halves(self) -> tuple[RocketLowering, ...]:
        """Of real numbers, and of nothing else: behind sums of int8 fp16 convolutions have hung.

        Source: facts of 2026-11, A9 (one party's board, 3 of 3).
        """
        chip, way, wide = self.chip, self._way, self.chip.of(HALF)
        return (
            way(half_view_rules(chip), lambda op, graph: None, anything),
            way(half_rules(chip), lambda op, graph: halves.layers(op, graph, chip), self._folded),
            way(half_spread_rules(chip), lambda op, graph: half_spread.lower(op, wide), nothing),
            way(half_cut_rules(chip), lambda op, graph: cut_of_halves(op, wide), nothing),
            way(half_lookup_rules(chip), lambda op, graph: half_lookup.lower(op, wide), nothing),
            way(product_rules(chip), lambda op, graph: products(op), anything),
            way(half_map_rules(chip), lambda op, graph: half_maps.steps(op, wide), nothing),
        )

    def _way(
        self,
        rules: Sequence[Rule],
        steps: Lower,
        context: Callable[[Op, Graph], Hashable | None],
    ) -> RocketLowering:
        return RocketLowering(self.chip, self.form, rules, steps, context)

    def _folded(self, op: Op, graph: Graph) -> Hashable:
        source = source_and_padding(op, graph)[0] if isinstance(op, Convolution) else None
        return source, moves(op, graph, self.chip), graph.rounding


def fused(chip: Chip) -> Lower:
    """Lowers a convolution with the table of the look-up behind it."""

    def steps(op: Op, graph: Graph) -> tuple[Step, ...] | None:
        if (taken := lower_fused(op, graph, chip)) is not None:
            return taken
        raise UnsupportedError("no convolution takes its table along")

    return steps


def cut_of_halves(op: Op, chip: Chip) -> tuple[Step, ...]:
    """The parts of a map of real numbers."""
    return (
        half_cut.lower(op, chip) if isinstance(op, Split | StridedSlice) else op.invalid("no cut")
    )


def products(op: Op) -> tuple[Step, ...]:
    """The layers of a product of two computed matrices."""
    return batch_matmul.lower(op) if isinstance(op, BatchMatmul) else op.invalid("no product")


def pooled(pooling_unit: Callable[[], bool]) -> Lower:
    """Lowers a pool to a task of the PPU, where the driver hears its end."""

    def steps(op: Op, graph: Graph) -> tuple[Step, ...] | None:
        if not pooling_unit():
            raise UnsupportedError("the driver does not hear the end of the pooling unit")
        if isinstance(op, Pooling) and (task := pool_task.lower(op)) is not None:
            return (task,)
        raise UnsupportedError("windows with which the pooling unit hangs, or which never ran")

    return steps


def anything(op: Op, graph: Graph) -> None:
    """The context of a way that looks at an op's neighbours: not known."""


def nothing(op: Op, graph: Graph) -> Hashable:
    """The context of a way that looks at the op alone."""
    return ()


def chain_before(op: Op, graph: Graph) -> Hashable:
    """The context of a look-up: the ops that it computes, and whether others compute it."""
    function = lookup.function_of(op, graph)
    chain = None if function is None else (function.source, function.ops)
    return lookup.folded(op, graph), chain

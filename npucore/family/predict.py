# SPDX-License-Identifier: MIT
"""Expected times of ops, from the work that a family's cost model sees in their tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, Self, TypeVar

from npucore.contract.cost import Bound, OpCost
from npucore.ops import Op
from npucore.ops.macs import macs


class Work(Protocol):
    """The work of one or several tasks."""

    @property
    def bytes(self) -> float:
        """Read and written together."""
        ...

    @property
    def bound(self) -> Bound:
        """The part of the hardware that takes most of the time."""
        ...

    def __add__(self, other: Self, /) -> Self: ...

    def seconds(self, clock: float) -> float:
        """On one core at *clock* Hz, without the driver's part."""
        ...

    def utilisation(self, clock: float) -> float:
        """The part of the MAC array's time that is used, 0 to 1."""
        ...


WorkT = TypeVar("WorkT", bound=Work)


def op_costs(
    ops: Sequence[Op],
    tasks: Iterable[tuple[int, WorkT]],
    clock: float,
    driver_seconds: Callable[[int], float] = lambda tasks: 0.0,
) -> list[OpCost]:
    """In the order of execution, at *clock* Hz; *tasks* are pairs of an op's index and its work.

    *ops* are those of the graph; where they are gone, as in a file, multiply-accumulates are 0.
    *driver_seconds* is what the driver adds for so many tasks of an op.
    """
    found: dict[int, WorkT] = {}
    seconds: dict[int, float] = {}
    counts: dict[int, int] = {}
    for op, work in tasks:
        found[op] = found[op] + work if op in found else work
        seconds[op] = seconds.get(op, 0.0) + work.seconds(clock)
        counts[op] = counts.get(op, 0) + 1
    return [
        OpCost(
            op,
            seconds[op],
            total.bytes,
            macs(ops[op]) or 0 if ops else 0,
            total.utilisation(clock),
            total.bound,
            driver_seconds(counts[op]),
        )
        for op, total in found.items()
    ]

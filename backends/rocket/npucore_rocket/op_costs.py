# SPDX-License-Identifier: MIT
"""What each op of a compiled graph takes: the sum over its tasks."""

from __future__ import annotations

from npucore.backend import OpCost
from npucore_rocket.cost import Work, work
from npucore_rocket.program import Compiled


def op_costs(compiled: Compiled, clock: float) -> list[OpCost]:
    """In the order of execution, at *clock* Hz."""
    found: dict[int, Work] = {}
    seconds: dict[int, float] = {}
    for job in compiled.jobs:
        for task in job:
            done = work(task.code.words)
            found[task.op] = found.get(task.op, Work()) + done
            seconds[task.op] = seconds.get(task.op, 0.0) + done.seconds(clock)
    return [
        OpCost(
            op,
            seconds[op],
            total.bytes,
            total.macs,
            total.utilisation(clock),
            total.bound,
        )
        for op, total in found.items()
    ]

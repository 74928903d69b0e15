# SPDX-License-Identifier: MIT
"""What each op of a compiled graph takes: the sum over its tasks."""

from __future__ import annotations

from npucore.contract.backend import OpCost
from npucore.graph import Graph
from npucore.ops.macs import macs
from npucore_rocket.cost import Work, work
from npucore_rocket.program import Compiled


def op_costs(graph: Graph, compiled: Compiled, clock: float) -> list[OpCost]:
    """In the order of execution, at *clock* Hz; *compiled* is what has become of *graph*."""
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
            macs(graph.ops[op]) or 0,
            total.utilisation(clock),
            total.bound,
        )
        for op, total in found.items()
    ]

# SPDX-License-Identifier: MIT
"""Reasons why ops are not where the user wants them, by what that costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from npucore.contract.placement import Placement
from npucore.graph import Graph
from npucore.running.host import Host
from npucore.running.work import fallbacks

NUMBER = re.compile(r"\d[\d.]*")
UNSAID = "no reason given"


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason that some ops have in common.

    Parameters
    ----------
    reason
        As it is said of the op that takes longest, its tensors' names left out.
    alike
        Whether others differ in their numbers.
    kinds
        Names of the operations, the most frequent first.
    ops
        Indices of the ops, in the graph's order.
    macs
        Their multiply-accumulates in one inference.
    seconds
        What they are expected to take on a core of the board's CPU; None of an artefact, whose ops
        are gone.
    """

    reason: str
    alike: bool
    kinds: tuple[str, ...]
    ops: tuple[int, ...]
    macs: int
    seconds: float | None


def causes(
    placements: Sequence[Placement], chosen: Sequence[str], graph: Graph | None, host: Host
) -> tuple[Cause, ...]:
    """The most expensive first: by time on the CPU, or else by multiply-accumulates."""
    groups: dict[str, list[tuple[Placement, str]]] = {}
    for placed in fallbacks(placements, chosen):
        said = reason_of(placed, graph)
        groups.setdefault(NUMBER.sub("#", said), []).append((placed, said))
    found = [_cause(group, graph, host) for group in groups.values()]
    return tuple(sorted(found, key=lambda c: (c.seconds or 0.0, c.macs, len(c.ops)), reverse=True))


def reason_of(placed: Placement, graph: Graph | None) -> str:
    """Why an op is not where the user wants it, without the names of its tensors."""
    said = placed.reason or UNSAID
    if graph is None:
        return said
    op = graph.ops[placed.index]
    for name in sorted({t.name for t in (*op.inputs, *op.outputs)}, key=len, reverse=True):
        if name:
            said = re.sub(rf"(?<![\w/]){re.escape(name)}(?![\w/])", "a tensor", said)
    return said


def _cause(group: Sequence[tuple[Placement, str]], graph: Graph | None, host: Host) -> Cause:
    members = [placed for placed, _ in group]
    times = [0.0 if graph is None else host.seconds(graph.ops[p.index]) for p in members]
    longest = max(range(len(group)), key=lambda each: (times[each], members[each].macs or 0))
    return Cause(
        group[longest][1],
        len({said for _, said in group}) > 1,
        _by_frequency(placed.op for placed in members),
        tuple(placed.index for placed in members),
        sum(placed.macs or 0 for placed in members),
        None if graph is None else sum(times),
    )


def _by_frequency(names: Iterable[str]) -> tuple[str, ...]:
    listed = list(names)
    return tuple(sorted(dict.fromkeys(listed), key=listed.count, reverse=True))

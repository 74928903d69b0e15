# SPDX-License-Identifier: MIT
"""Where a network runs, in one line: every face says it, once for every network."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from npucore.contract.backend import DeviceKind
from npucore.contract.placement import Placement
from npucore.graph import Graph, Network
from npucore.running.execution import Step
from npucore.running.host import Host
from npucore.running.work import counts, fallbacks, macs, percent

MOST_REASONS = 3
MILLI = 1e3
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Stray:
    """An op on none of the chosen backends: reason, seconds on a board's CPU (0: unknown)."""

    op: str
    reason: str
    seconds: float


class Compiled(Protocol):
    """A network of which it is known where its ops run: `Session` is one."""

    @property
    def network(self) -> Network:
        """The network."""
        ...

    @property
    def placement(self) -> Sequence[Placement]:
        """Where every op runs, in the graph's order, and why."""
        ...

    @property
    def chosen(self) -> Sequence[str]:
        """The backends that the user chose."""
        ...

    @property
    def runs(self) -> Sequence[Step]:
        """Its programs."""
        ...


def say(name: str, session: Compiled, verbose: bool = False) -> None:
    """Print `line` to the standard error, and with *verbose* every op that fell back.

    No logger is asked: nobody should have to configure one to learn where a network runs.
    """
    said = [line(name, session), *(each(session) if verbose else ())]
    print("\n".join(f"npucore: {text}" for text in said), file=sys.stderr, flush=True)


def line(name: str, session: Compiled) -> str:
    """The backends with the ops that each takes, and of what fell back the reasons that cost most.

    Costs are those of a board's CPU by the model of `npucore.running.host`.
    """
    (first, number), *others = counts(session.placement, session.chosen).items()
    work, devices = macs(session.placement, session.chosen), _devices(session)
    total = sum(work.values())
    part = f" ({percent(work[first], total)} of the MACs)" if total else ""
    of = len(session.placement)
    text = f"{name}: {number} of {of} ops{part} on {first}{devices.get(first, '')}"
    for backend, ops in others:
        text += f", {ops} on {backend}{devices.get(backend, '')}"
    stray = fallbacks(session.placement, session.chosen)
    strays = [Stray(p.op, p.reason or NO_REASON, _cost(p, session)) for p in stray]
    return f"{text}: {'; '.join(costliest(strays))}" if stray else text


def each(session: Compiled) -> Iterator[str]:
    """A line for every op on none of the chosen backends."""
    for p in fallbacks(session.placement, session.chosen):
        yield f"  {p.op} -> {p.name} on {p.backend}: {p.reason or NO_REASON}"


def _devices(session: Compiled) -> Mapping[str, str]:
    """Backend -> what is to be said about where it executes; nothing of hardware and CPUs."""
    kinds = {step.backend.name: step.backend.availability().kind for step in session.runs}
    return {name: f" ({kind})" for name, kind in kinds.items() if kind is DeviceKind.SIMULATOR}


def costliest(strays: Sequence[Stray]) -> Iterator[str]:
    """Reasons with their ops and what those cost, the costliest first."""
    found: dict[str, list[Stray]] = {}
    for stray in strays:
        found.setdefault(stray.reason, []).append(stray)
    costs = {reason: sum(s.seconds for s in those) for reason, those in found.items()}
    ordered = sorted(costs, key=lambda reason: -costs[reason])
    for reason in ordered[:MOST_REASONS]:
        names = ", ".join(dict.fromkeys(stray.op for stray in found[reason]))
        cost = f", {costs[reason] * MILLI:.2g} ms" if costs[reason] else ""
        yield f"{len(found[reason])} {names}{cost} ({reason})"
    if (rest := len(ordered) - MOST_REASONS) > 0:
        yield f"{rest} more reason{'s' * (rest > 1)}"


def _cost(placement: Placement, session: Compiled) -> float:
    """Seconds on a board's CPU."""
    network = session.network
    return Host().seconds(network.ops[placement.index]) if isinstance(network, Graph) else 0.0

# SPDX-License-Identifier: MIT
"""Where every op of a network would run, and why."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from npucore.contract.abilities import PredictsSpeed
from npucore.contract.backend import Backend
from npucore.contract.cost import Speed
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.files.artifact import Artifact
from npucore.graph import Graph
from npucore.running.advice import Advice, advise
from npucore.running.causes import Cause, causes
from npucore.running.host import CORES, DEFAULT, Core, Host, host_of
from npucore.running.network import read_network, refuse_choices
from npucore.running.partition import Unplaced
from npucore.running.placing import Placing, modelled, placing_of
from npucore.running.prices import Prices, Time
from npucore.running.session import FALLBACK, Backends, Model, open_all
from npucore.running.work import Work, counts, fallbacks, for_board, macs, taken
from npucore.tensor import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """The placement of a network that nothing has compiled.

    Parameters
    ----------
    chosen
        Names of the backends that the user wants, best first.
    placements
        Where each op would run and why, in the graph's order. An op that no backend takes is on
        ``nothing``, if a fallback was allowed.
    runs
        Runs of ops into which the network is cut.
    works
        How much each chosen backend takes that asks for evidence, here and on a board.
    graph
        The network; None of an artefact, which holds no graph any more.
    time
        The modelled time of an inference; None where a run has no model.
    speeds, trusts
        The chips that this is of, by backend, and the least evidence of what is taken for them.
    core
        Of the board's CPU.
    causes
        Why ops are not on the chosen backends, the most expensive reason first.
    advice
        What to try next; nothing for an artefact.
    """

    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]
    runs: int
    works: tuple[Work, ...] = ()
    graph: Graph | None = None
    time: Time | None = None
    speeds: Mapping[str, Speed] = field(default_factory=dict)
    trusts: Mapping[str, str | None] = field(default_factory=dict)
    core: Core = CORES[DEFAULT]
    causes: tuple[Cause, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def fallbacks(self) -> list[Placement]:
        """The ops that none of the chosen backends takes."""
        return fallbacks(self.placements, self.chosen)

    @property
    def ops(self) -> dict[str, int]:
        """How many ops each backend takes, the chosen ones first."""
        return counts(self.placements, self.chosen)

    @property
    def macs(self) -> dict[str, int]:
        """How many multiply-accumulates of one inference these are."""
        return macs(self.placements, self.chosen)


def explain(
    model: Model,
    backend: Backends = None,
    *,
    fallback: str | None = FALLBACK,
    board: bool = False,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    placement: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Explanation:
    """Judge and weigh every op of *model*, or say how an artefact's were judged.

    With *board* as on a board, at what a board trusts by default; *strict* raises nothing, but
    decides as in `Session` how ops are placed by default. All other arguments are those of
    `Session`. Raises `InputError` for *board* if no backend has any, and what `load` raises.
    """
    network = read_network(model, shapes, unread=True)
    if isinstance(network, Artifact):
        refuse_choices(network, backend, fallback, board, placement, host, options)
        why = causes(network.placements, network.chosen, None, Host(DEFAULT))
        return Explanation(network.chosen, network.placements, len(network.runs), causes=why)
    chosen, every = open_all(backend, fallback, network, **options)
    if board:
        chosen, every = open_all(_on_boards(chosen, options), fallback, network, **options)
    if fallback is not None:  # without a fallback, say which ops remain
        every = [*every, Unplaced()]
    placing = placing_of(placement, host, strict)
    with _no_collection():
        return _explained(network, chosen, every, fallback, board, placing)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection: a large graph lives on, and looking for garbage costs a fifth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _explained(
    graph: Graph,
    chosen: Sequence[Backend],
    every: Sequence[Backend],
    fallback: str | None,
    board: bool,
    placing: Placing,
) -> Explanation:
    parts, host = placing(graph, every), host_of(placing.host, every)
    if parts.time is None:
        parts = modelled(parts, Prices(graph, host))
    names = tuple(backend.name for backend in chosen)
    owners = dict.fromkeys(run.backend for run in parts.runs)
    known = [each for each in owners if isinstance(each, PredictsSpeed)]
    return Explanation(
        names,
        parts.placements,
        len(parts.runs),
        taken(graph, parts.placements, chosen, every, board, placing),
        graph,
        parts.time,
        {each.name: each.speed() for each in known},
        {each.name: str(each.trust) if each.trust else None for each in known},
        host.core,
        causes(parts.placements, names, graph, host),
        advise(graph, parts, chosen, fallback, host),
    )


def _on_boards(chosen: Sequence[Backend], options: Mapping[str, Any]) -> list[Backend]:
    """The same backends as on a board."""
    if options.get("trust") is not None:
        raise InputError("board: asks for what a board trusts by default, leave trust out")
    found = [for_board(backend) or backend for backend in chosen]
    if not any(board.trust is not None for board in found):
        raise InputError(f"board: {', '.join(b.name for b in chosen)} has no boards")
    return found

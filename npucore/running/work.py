# SPDX-License-Identifier: MIT
"""How much of a network a backend takes: where it runs now, and on a board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from npucore.contract.abilities import HasBoards
from npucore.contract.backend import Backend, DeviceKind
from npucore.contract.placement import Placement
from npucore.evidence import Evidence
from npucore.graph import Graph
from npucore.running.placing import GREEDILY, Placing

BOARD = "board"


@dataclass(frozen=True, slots=True)
class Work:
    """The part of a network that a backend takes.

    Parameters
    ----------
    where
        What it would run on: ``board``, ``simulator`` or ``cpu``.
    trust
        The least evidence of what it takes there; None if it asks for none.
    ops, of_ops
        Ops that it takes, and all.
    macs, of_macs
        Their multiply-accumulates in one inference, see `npucore.ops.macs`.
    """

    backend: str
    where: str
    trust: str | None
    ops: int
    of_ops: int
    macs: int
    of_macs: int

    @property
    def part(self) -> str | None:
        """The part of the multiply-accumulates; None if the network has none."""
        return percent(self.macs, self.of_macs) if self.of_macs else None


def percent(part: int, whole: int) -> str:
    """In per cent to a tenth, rounded down, so that only all of it is 100.

    >>> percent(9999, 10000), percent(1, 2), percent(7, 7)
    ('99.9%', '50%', '100%')
    """
    whole_percent, tenth = divmod(1000 * part // whole, 10)
    return f"{whole_percent}.{tenth}%" if tenth else f"{whole_percent}%"


def counts(placements: Sequence[Placement], chosen: Sequence[str]) -> dict[str, int]:
    """Ops by backend: those that the user has *chosen* in order, even with 0; then the others.

    >>> counts([Placement(0, "add", "sum", "reference", "npu: no", None)], ["npu"])
    {'npu': 0, 'reference': 1}
    """
    found = Counter(p.backend for p in placements)
    return {name: found[name] for name in dict.fromkeys([*chosen, *found])}


def macs(placements: Sequence[Placement], chosen: Sequence[str]) -> dict[str, int]:
    """Multiply-accumulates by backend, in the order of `counts`."""
    found: Counter[str] = Counter()
    for p in placements:
        found[p.backend] += p.macs or 0
    return {name: found[name] for name in counts(placements, chosen)}


def fallbacks(placements: Sequence[Placement], chosen: Sequence[str]) -> list[Placement]:
    """The ops that none of the *chosen* backends takes."""
    return [p for p in placements if p.backend not in chosen]


def taken(
    graph: Graph,
    placements: Sequence[Placement],
    chosen: Sequence[Backend],
    every: Sequence[Backend],
    on_board: bool = False,
    placing: Placing = GREEDILY,
) -> tuple[Work, ...]:
    """The work of those of *chosen* that ask for evidence, here, and on a board if this is none.

    *every* are these and the fallback, best first. With *on_board*, *placements* speak of boards
    already. *placing* is how ops are placed on a board.
    """
    asking = [backend for backend in chosen if backend.trust is not None]
    if on_board:
        return tuple(taken_here(placements, asking, BOARD))
    on_boards = taken_on_boards(graph, placements, asking, every, placing)
    return (*taken_here(placements, asking), *on_boards)


def taken_here(
    placements: Sequence[Placement], backends: Sequence[Backend], where: str | None = None
) -> list[Work]:
    """The work of *placements* for each of *backends*; *where* if it does not run there now."""
    return [_work(placements, backend, where or _where(backend)) for backend in backends]


def taken_on_boards(
    graph: Graph,
    placements: Sequence[Placement],
    chosen: Sequence[Backend],
    every: Sequence[Backend],
    placing: Placing = GREEDILY,
) -> list[Work]:
    """The work of those of *chosen* that are simulated, on a board of which nothing is known.

    *placements* are those here, *every* are these and the fallback, best first. Nothing if none of
    them has boards.
    """
    boards = {backend: board for backend in chosen if (board := for_board(backend)) is not None}
    if not boards:
        return []
    if not all(_takes_the_same(board, here, placements) for here, board in boards.items()):
        parts = placing(graph, [boards.get(backend, backend) for backend in every])
        placements = parts.placements
    return [_work(placements, board, BOARD) for board in boards.values()]


def _takes_the_same(board: Backend, here: Backend, placements: Sequence[Placement]) -> bool:
    """Whether all that *here* takes is known well enough for *board*, which trusts no less."""
    if board.trust is None or here.trust is None or board.trust < here.trust:
        return False
    mine = [p.evidence for p in placements if p.backend == here.name]
    return all(level is not None and Evidence[level.upper()] >= board.trust for level in mine)


def for_board(backend: Backend) -> Backend | None:
    """`HasBoards.for_board`; None without boards, or from a plugin that breaks at it."""
    try:
        return backend.for_board() if isinstance(backend, HasBoards) else None
    except Exception:  # a plugin's fault, whatever it is
        return None


def _where(backend: Backend) -> str:
    kind = backend.availability().kind
    return BOARD if kind is DeviceKind.HARDWARE else str(kind)


def _work(placements: Sequence[Placement], backend: Backend, where: str) -> Work:
    mine = [p for p in placements if p.backend == backend.name]
    trust = None if backend.trust is None else str(backend.trust)
    return Work(
        backend.name,
        where,
        trust,
        len(mine),
        len(placements),
        _macs(mine),
        _macs(placements),
    )


def _macs(placements: Sequence[Placement]) -> int:
    return sum(p.macs or 0 for p in placements)

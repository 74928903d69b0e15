# SPDX-License-Identifier: MIT
"""The operators that a delegate takes, compiled in the parts that the host makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from npucore.contract.backend import Availability, Backend, Capabilities, DeviceKind
from npucore.contract.placement import Placement
from npucore.errors import NpucoreError
from npucore.graph import Graph
from npucore.litert.external.claims import Claims, Piece
from npucore.litert.external.context import Context, Part
from npucore.litert.external.kernel import Kernel
from npucore.litert.external.model import Model
from npucore.ops import Op
from npucore.running.execution import Step
from npucore.running.partition import Partition, Unplaced, partition
from npucore.running.placed import refuse_fallback
from npucore.running.placing import GREEDY, Placing
from npucore.running.session import Session

Reasons = dict[int, str]
"""Operator -> why it is left to the host."""


class Host(Unplaced):
    """The host's own kernels, which run what nobody takes."""

    name = "LiteRT"
    capabilities = Capabilities(summary="the host's own kernels", ops={})

    def availability(self) -> Availability:
        """It is there: it asks."""
        return Availability(DeviceKind.CPU, "the host's own kernels")


@dataclass(eq=False)
class Taken:
    """Where the ops of a network run when a delegate has taken its part; as `Session` says it."""

    network: Graph
    placement: tuple[Placement, ...]
    chosen: tuple[str, ...]
    kernels: dict[tuple[int, ...], Kernel]
    """By the nodes whose place each takes."""
    runs: tuple[Step, ...]

    @property
    def nodes(self) -> list[int]:
        """All nodes that are taken."""
        return sorted(node for nodes in self.kernels for node in nodes)

    def close(self) -> None:
        """Release what the kernels hold."""
        for kernel in self.kernels.values():
            kernel.close()


class Taking:
    """Works out what *backends*, best first, take of the model that a context runs.

    An operator is taken if all of its ops are, in the network and again in the part of it that the
    host hands over; a part that cannot be compiled is left to the host with the reason.
    """

    def __init__(
        self, context: Context, model: Model, backends: Sequence[Backend], placing: Placing
    ) -> None:
        declared = model.graph
        shapes = {
            number: shape
            for number in declared.inputs
            if (shape := context.shape(number)) != tuple(declared.tensors[number].shape)
        }
        self._context, self._backends = context, backends
        self._names = [tensor.name for tensor in declared.tensors]
        read = model.file.read(model.index, shapes, unread=True)
        self._graph, self._claims = read.graph, Claims(declared, read)
        self._partition = placing(read.graph, [*backends, Host()])
        self._why: Reasons = {}

    def taken(self, strict: bool) -> Taken:
        """The operators taken. Raises `FallbackError` if *strict* wants all and some are not."""
        pieces, sessions = self._compiled()
        placement = tuple(map(self._placed, self._partition.placements, self._graph.ops))
        chosen = tuple(backend.name for backend in self._backends)
        kernels = {
            part.nodes: Kernel(piece, session, self._names)
            for (part, piece), session in zip(pieces.items(), sessions, strict=True)
        }
        runs = tuple(step for session in sessions for step in session.runs)
        found = Taken(self._graph, placement, chosen, kernels, runs)
        try:
            if strict:
                refuse_fallback(placement, chosen)
        except NpucoreError:
            found.close()
            raise
        return found

    def _compiled(self) -> tuple[dict[Part, Piece], list[Session]]:
        """The parts that are taken, and a session for each."""
        mine = set(self._able())
        while True:
            pieces, lost = self._pieces(mine)
            sessions: list[Session] = []
            for part, piece in {} if lost else pieces.items():
                try:
                    sessions.append(
                        Session(piece.graph, self._backends, fallback=None, placement=GREEDY)
                    )
                except NpucoreError as error:
                    lost |= dict.fromkeys(part.nodes, str(error))
            if not lost:
                return pieces, sessions
            for session in sessions:
                session.close()
            self._why |= lost
            mine -= lost.keys()

    def _able(self) -> Iterator[int]:
        """Operators that can be taken alone, and all of whose ops are."""
        left = self._left(self._graph, self._partition)
        for node in self._context.plan():
            if node in self._claims.operators and node not in left:
                if why := self._claims.refuse(node):
                    self._why[node] = why
                else:
                    yield node

    def _pieces(self, mine: Collection[int]) -> tuple[dict[Part, Piece], Reasons]:
        """The parts that the host makes of *mine*, and what is not taken in one of them."""
        pieces, lost = dict[Part, Piece](), Reasons()
        for part in self._context.parts(sorted(mine)) if mine else ():
            try:
                pieces[part] = piece = self._claims.piece(part)
            except NpucoreError as error:
                lost |= dict.fromkeys(part.nodes, str(error))
                continue
            lost |= self._left(piece.graph, partition(piece.graph, [*self._backends, Host()]))
        return pieces, lost

    def _left(self, graph: Graph, parts: Partition) -> Reasons:
        """Operators of which the host has any op."""
        return {
            self._claims.operator_of[op]: placement.reason or ""
            for op, placement in zip(graph.ops, parts.placements, strict=True)
            if placement.backend == Host.name
        }

    def _placed(self, placement: Placement, op: Op) -> Placement:
        """Where an op runs in the end."""
        why = self._why.get(self._claims.operator_of[op])
        return placement if why is None else replace(placement, backend=Host.name, reason=why)

# SPDX-License-Identifier: MIT
"""An inference on a board as a sequence of pieces, each with its modelled time."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npucore.contract.abilities import PredictsRuns
from npucore.contract.backend import Backend
from npucore.contract.cost import OpCost
from npucore.ops import Op
from npucore.running.host import Host
from npucore.running.prices import Time, crossing_seconds
from npucore.tensor import Tensor


class Kind(enum.StrEnum):
    """The part of a board that a piece keeps busy, and what for."""

    CROSSING = "crossing"
    CALL = "call"
    DRIVER = "driver"
    DEVICE = "NPU"
    HOST = "CPU op"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that takes *seconds*, *locked_seconds* of them with Python's lock held."""

    kind: Kind
    name: str
    seconds: float
    locked_seconds: float = 0.0

    @property
    def on_device(self) -> bool:
        """Whether an NPU's core is what it keeps busy, and no core of the CPU."""
        return self.kind in (Kind.DRIVER, Kind.DEVICE)


@dataclass(frozen=True, slots=True)
class Stage:
    """A run of ops: on a core of *device*, which it holds from first to last, or on the CPU."""

    device: str | None
    pieces: tuple[Piece, ...]


def on_device(
    backend: Backend,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    costs: Sequence[tuple[str, OpCost]],
    host: Host,
) -> Stage:
    """A run of ops on a device; *costs* has the name of each op.

    Of a backend that does not know what surrounds its tasks, only these count.
    """
    around = backend.overhead() if isinstance(backend, PredictsRuns) else None
    if around is None:
        return Stage(backend.name, tuple(Piece(Kind.DEVICE, n, c.seconds) for n, c in costs))
    call = host.call_seconds()

    def ways(tensors: Sequence[Tensor], entering: bool) -> Iterator[Piece]:
        for tensor in tensors:
            seconds = crossing_seconds(around, tensor, entering, host)
            yield Piece(Kind.CROSSING, tensor.name, seconds)

    pieces = [Piece(Kind.CALL, "call", call, call), *ways(inputs, True)]
    pieces.append(Piece(Kind.DRIVER, "submit", around.run_seconds))
    for name, cost in costs:
        pieces.append(Piece(Kind.DRIVER, name, cost.driver_seconds))
        pieces.append(Piece(Kind.DEVICE, name, cost.seconds))
    return Stage(backend.name, (*pieces, *ways(outputs, False)))


def on_host(ops: Sequence[tuple[str, Op]], host: Host) -> Stage:
    """A run of ops, each with its name, on a core of the board's CPU.

    What any call of an op takes is code of Python, which holds its lock; numpy's loops do not.
    """

    def piece(name: str, op: Op) -> Piece:
        code, loops = host.parts(op)
        return Piece(Kind.HOST, name, code + loops, code)

    return Stage(None, tuple(piece(name, op) for name, op in ops))


def alone(stages: Sequence[Stage]) -> Time:
    """The time of one inference with nothing else under way."""
    seconds = dict.fromkeys(Kind, 0.0)
    for stage in stages:
        for piece in stage.pieces:
            seconds[piece.kind] += piece.seconds
    return Time(
        seconds[Kind.DEVICE],
        seconds[Kind.DRIVER] + seconds[Kind.CALL],
        seconds[Kind.CROSSING],
        seconds[Kind.HOST],
    )

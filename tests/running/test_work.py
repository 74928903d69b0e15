# SPDX-License-Identifier: MIT
"""How much an op and a network are, and how much of it a backend takes."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.conformance.cases import every_case
from npucore.contract.backend import Backend, DeviceKind
from npucore.graph import Graph
from npucore.ops import BatchMatmul, Convolution, FullyConnected, Op, Relu, TransposeConvolution
from npucore.ops.convolution_3d import Convolution3d
from npucore.ops.einsum import Einsum
from npucore.ops.macs import macs
from npucore.ops.rnn import Rnn
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from npucore.running.work import for_board, taken_here, taken_on_boards
from npucore.tensor import Tensor
from npucore_rocket import RocketBackend
from npucore_vsim import VsimBackend

FLOAT = np.dtype(np.float32)


def t(*shape: int) -> Tensor:
    return Tensor("t", shape, FLOAT)


@pytest.mark.parametrize(
    ("op", "count"),
    [
        (Convolution(input=t(1, 4, 4, 6), weights=t(8, 3, 3, 3), output=t(1, 2, 2, 8), groups=2),
         2 * 2 * 8 * 3 * 3 * 3),
        (TransposeConvolution(input=t(1, 4, 4, 6), weights=t(8, 2, 2, 6), output=t(1, 5, 5, 8)),
         4 * 4 * 6 * 8 * 2 * 2),
        (Convolution3d(input=t(1, 2, 3, 4, 5), weights=t(1, 2, 2, 5, 6), size=(2, 2, 3),
                       output=t(1, 2, 2, 3, 6)), 2 * 2 * 3 * 6 * 1 * 2 * 2 * 5),
        (FullyConnected(input=t(1, 4, 4, 8), weights=t(10, 128), output=t(1, 10)), 1280),
        (FullyConnected(input=t(1, 4, 4, 8), weights=t(5, 8), output=t(1, 4, 4, 5)), 640),
        (BatchMatmul(a=t(2, 3, 4), b=t(2, 4, 5), output=t(2, 3, 5)), 2 * 3 * 4 * 5),
        (BatchMatmul(a=t(2, 4, 3), b=t(2, 4, 5), output=t(2, 3, 5), transpose_a=True), 120),
        (Einsum(operands=(t(2, 3), t(3, 4)), names=((0, 1), (1, 2)), axes=(0, 2), output=t(2, 4)),
         24),
        (Rnn(input=t(5, 2, 3), weights=t(4, 3), recurrent=t(4, 4), results=(t(5, 2, 4), t(2, 4))),
         5 * 2 * (12 + 16)),
        (Relu(input=t(3), output=t(3)), None),
    ],
    ids=lambda value: value.name if isinstance(value, Op) else None,
)  # fmt: skip
def test_an_op_multiplies_as_its_formula_does(op: Op, count: int | None) -> None:
    assert macs(op) == count


def first(kind: str, backend: Backend) -> Graph:
    """The first case of an op that *backend* takes."""
    graphs = (case.build().graph for case in every_case() if case.op == kind)
    return next(graph for graph in graphs if backend.supports(graph.ops[0], graph))


@pytest.mark.parametrize("kind", [RocketBackend, VsimBackend])
def test_a_simulated_backend_says_what_a_board_takes(kind: type[Backend]) -> None:
    backend = kind(device="simulator", trust="paper")
    board = for_board(backend)
    assert board is not None
    assert str(board.trust) == "shown"
    assert (board.name, board.target) == (backend.name, backend.target)
    assert board.availability().kind is DeviceKind.SIMULATOR  # nothing is opened
    graph = first("mul", backend)  # on no board that is known
    every = [backend, ReferenceBackend()]
    placements = partition(graph, every).placements
    (here,) = taken_here(placements, [backend])
    (there,) = taken_on_boards(graph, placements, [backend], every)
    assert (here.where, here.trust, here.ops) == ("simulator", "paper", 1)
    assert (there.where, there.trust, there.ops) == ("board", "shown", 0)
    assert here.part is None  # it multiplies nothing


def test_a_cpu_has_no_boards() -> None:
    reference = ReferenceBackend()
    assert for_board(reference) is None
    graph = first("convolution", reference)
    (placement,) = placements = partition(graph, [reference]).placements
    assert taken_on_boards(graph, placements, [reference], [reference]) == []
    assert placement.evidence is None
    wanted = macs(graph.ops[0])
    assert wanted
    assert placement.macs == wanted

# SPDX-License-Identifier: MIT
"""Memory is planned: never less than what the reference takes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

import npucore
from npucore.conformance.case import Case
from npucore.conformance.cases import every_case
from npucore.conformance.graphs import every_graph
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Convolution, Padding, Relu, Sqrt, TransposeConvolution
from npucore.reference import ReferenceBackend
from npucore.running.footprint import (
    FIXED_BYTES,
    footprint,
    prepared_bytes,
    require_memory,
    work_bytes,
)
from npucore.tensor import Quantization, Tensor
from tests.material.running.graphs import chain, diamond

MANY_BYTES = 1 << 13  # of values: what is smaller drowns in what every op takes anyway
EACH = 6  # of how many cases one is tried


def cases() -> Sequence[Case]:
    return [*every_case()[::EACH], *every_graph()[::2]]


def test_no_case_takes_more_than_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npucore.reference.backend.keep_freed_memory", lambda: None)
    backend, tried = ReferenceBackend(), 0
    for case in cases():
        problem = case.build()
        if problem.graph.inputs and sum(x.nbytes for x in problem.inputs) < MANY_BYTES:
            continue
        plan = footprint(problem.graph)
        tracemalloc.start()
        program = backend.compile(problem.graph)
        prepared = tracemalloc.get_traced_memory()[1]
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        program.run(problem.inputs)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        tried += 1
        assert prepared <= plan.prepared_bytes, case.id
        assert peak <= plan.peak_bytes, case.id
    assert tried > 60


def test_values_live_from_their_writer_to_their_last_reader() -> None:
    size = 16  # bytes of every tensor
    work = FIXED_BYTES + 4 * 16
    assert footprint(chain(Relu)).peak_bytes == 2 * size + work
    assert footprint(chain(Relu, Sqrt, Relu)).peak_bytes == 2 * size + work
    assert footprint(diamond()).peak_bytes == 3 * size + work


def test_outputs_are_held_twice_when_they_are_returned() -> None:
    count, size = 10, 4 << 17
    x = Tensor("x", (1 << 17,), np.dtype(np.float32))
    outputs = [Tensor(f"y{i}", x.shape, x.dtype) for i in range(count)]
    graph = Graph(tuple(Relu(input=x, output=y) for y in outputs), (x,), tuple(outputs))
    assert footprint(graph).peak_bytes == 2 * count * size


def test_the_op_that_takes_most_is_named() -> None:
    assert footprint(chain(Relu, Sqrt)).peak_op == "x1"


def test_a_limit_is_a_limit() -> None:
    graph = chain(Relu)
    needed = footprint(graph).total_bytes
    require_memory(graph, needed)
    require_memory(graph, None)
    with pytest.raises(UnsupportedError, match=r"chain needs 3\.0 MiB of memory, most of it at x1"):
        require_memory(graph, needed - 1)
    with pytest.raises(UnsupportedError, match="--memory"):
        npucore.Session(graph, "reference", memory=1000)
    with pytest.raises(UnsupportedError, match="--memory"):
        npucore.compile(graph, "reference", memory=1000)
    np.testing.assert_array_equal(
        npucore.Session(graph, "reference", memory=needed).run(np.ones(4, np.float32))[0], 1
    )


def quantized(name: str, shape: tuple[int, ...], data: np.ndarray | None = None) -> Tensor:
    dtype = np.dtype(np.uint8) if data is None else data.dtype
    return Tensor(name, shape, dtype, Quantization.per_tensor(0.1), data)


def test_a_convolution_takes_a_padded_map_and_windows_of_a_row() -> None:
    x, y = quantized("x", (2, 5, 6, 3)), quantized("y", (2, 8, 10, 4))
    w = quantized("w", (4, 3, 3, 3), np.ones((4, 3, 3, 3), np.uint8))
    op = Convolution(input=x, weights=w, output=y, padding=Padding(2, 3, 1, 5))
    padded, row = 2 * (5 + 5) * (6 + 6) * 3, 10 * (27 + 6 * 4)
    assert work_bytes(op) == FIXED_BYTES + 8 * padded + 8 * row
    assert prepared_bytes(op) == 16 * 108


def test_a_depthwise_convolution_has_a_map_and_a_kernel_for_every_result() -> None:
    x, y = quantized("x", (1, 5, 6, 3)), quantized("y", (1, 3, 4, 6))
    w = quantized("w", (6, 3, 3, 1), np.ones((6, 3, 3, 1), np.uint8))
    op = Convolution(input=x, weights=w, output=y, groups=3)
    assert work_bytes(op) == FIXED_BYTES + 8 * (5 * 6 * 3 * 2) + 8 * 4 * (9 + 6 * 6)
    assert prepared_bytes(op) == 16 * 54 + 4 * 54 * 4
    assert isinstance(work_bytes(op), int)


def test_a_transposed_convolution_takes_the_whole_result_and_the_products() -> None:
    x, y = quantized("x", (2, 3, 4, 5)), quantized("y", (2, 7, 11, 6))
    w = quantized("w", (6, 3, 2, 5), np.ones((6, 3, 2, 5), np.uint8))
    op = TransposeConvolution(input=x, weights=w, output=y, stride=(2, 3))
    assert work_bytes(op) == FIXED_BYTES + 24 * 2 * 6 * (7 * 11 + 3 * 4 * 6)

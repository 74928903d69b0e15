# SPDX-License-Identifier: MIT
"""What ONNX Runtime answers, and whether the reference backend answers the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

import npucore
from npucore.graph import Graph
from npucore.tensor import Array
from npucore_onnx import parse

UNSATURATED = ("session.x64quantprecision", "1")
RELATIVE, OF_LARGEST = 2e-5, 4e-6  # the second for sums that cancel out
MANY_ELEMENTS, DISTINCT = 64, 8  # an answer of one value over and over proves nothing


def runtime(data: bytes, inputs: Mapping[str, Array], *, unsaturated: bool = False) -> list[Array]:
    """Run with onnxruntime, on one thread.

    *unsaturated* sums products of u8 and s8 weights in 32 bits on processors without VNNI too; it
    knows no QGemm.
    """
    ort = pytest.importorskip("onnxruntime", reason="the oracle, onnxruntime, is not installed")
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    if unsaturated:
        options.add_session_config_entry(*UNSATURATED)
    session = ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    answer: list[Array] = session.run(None, dict(inputs))
    return answer


def reference(graph: Graph, inputs: Mapping[str, Array]) -> list[Array]:
    """Run with the reference backend."""
    with npucore.Session(graph, "reference") as session:
        return session.run(dict(inputs))


def assert_equals_runtime(
    data: bytes, inputs: Mapping[str, Array], *, distinct: int = DISTINCT
) -> Graph:
    """The reference backend gives every integer of onnxruntime, floats to 2e-5; the graph."""
    graph = parse(data)
    assert_same(reference(graph, inputs), runtime(data, inputs), distinct)
    return graph


def assert_same(got: Sequence[Array], want: Sequence[Array], distinct: int = DISTINCT) -> None:
    """Shapes, dtypes, integers; floats nearly."""
    assert len(got) == len(want)
    for mine, theirs in zip(got, want, strict=True):
        assert (mine.shape, mine.dtype) == (theirs.shape, theirs.dtype)
        if theirs.size > MANY_ELEMENTS and theirs.dtype != np.bool_:
            assert len(np.unique(theirs)) >= distinct
        if theirs.dtype.kind == "f":
            floor = OF_LARGEST * float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0))
            np.testing.assert_allclose(mine, theirs, RELATIVE, floor)
        else:
            wrong = np.argwhere(np.asarray(mine != theirs))
            assert not len(wrong), f"{len(wrong)} of {theirs.size} differ, first {wrong[0]}"

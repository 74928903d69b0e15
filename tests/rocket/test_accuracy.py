# SPDX-License-Identifier: MIT
"""Compiler and simulator together, against the exact rule: within the published bounds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from npucore.ops import Broadcast
from npucore.reference import ReferenceBackend
from npucore_rocket import RocketBackend
from tests.material.rocket.random_ops import MAKERS, Random, graph_of

LEAST_DISTINCT = 32

rocket, reference = RocketBackend(), ReferenceBackend()
BOUNDS = RocketBackend.capabilities.ops


@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_random_ops_are_within_the_published_bound(kind: str, seed: int) -> None:
    r = Random(seed)
    op = MAKERS[kind](r)
    if op is None:
        reject()
    graph = graph_of(op)
    assume(rocket.supports(op, graph))
    inputs = [r.rng.integers(*_range(t.dtype), t.shape, t.dtype, True) for t in graph.inputs]
    (want,) = reference.compile(graph).run(inputs)
    assume(want.size < 4 * LEAST_DISTINCT or len(np.unique(want)) >= LEAST_DISTINCT)
    (got,) = rocket.compile(graph).run(inputs)
    assert np.abs(got.astype(int) - want.astype(int)).max() <= BOUNDS[kind]


def _range(dtype: np.dtype) -> tuple[int, int]:
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def test_most_random_ops_are_taken_and_use_their_range() -> None:
    """So that the test above means something."""
    taken: Counter[str] = Counter()
    distinct: list[int] = []
    for kind, make in MAKERS.items():
        for seed in range(40):
            if (op := make(r := Random(seed))) is None:
                continue
            graph = graph_of(op)
            taken[kind] += bool(rocket.supports(op, graph))
            inputs = [r.numbers(t.shape) for t in graph.inputs]
            distinct.append(len(np.unique(reference.compile(graph).run(inputs)[0])))
    assert min(taken.values()) >= 25
    assert np.median(distinct) > LEAST_DISTINCT


NETWORKS = (
    "mlperf_tiny_kws_int8",
    "mlperf_tiny_resnet8_int8",
    "mlperf_tiny_ad01_int8",
    "mobilenet_v1_0.25_128_quant",
    "mobilenet_v2_1.0_224_quant",
    "mobilenet_edgetpu_0.75_224_ptq",
    "ssdlite_mobiledet_coco_qat_postprocess",
    "yolov8n_full_integer_quant_224",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_ops_of_real_networks_are_within_the_published_bound(shared: Path, name: str) -> None:
    pytest.importorskip("ai_edge_litert", reason="the oracle, LiteRT, is not installed")
    from tools.exactness.compare import Judge
    from tools.exactness.litert import seeded_inputs

    judge = Judge(shared / "models" / "tflite" / f"{name}.tflite")
    values = judge.values(seeded_inputs(judge.graph.inputs, 3))
    compared = 0
    for op in judge.graph.ops:
        graph = graph_of(op)
        if isinstance(op, Broadcast) or not rocket.supports(op, graph):
            continue
        inputs = [values[tensor] for tensor in graph.inputs]
        (want,), (got,) = reference.compile(graph).run(inputs), rocket.compile(graph).run(inputs)
        assert np.abs(got.astype(int) - want.astype(int)).max() <= BOUNDS[op.name], op.label
        compared += 1
    assert compared >= 9

# SPDX-License-Identifier: MIT
"""Public networks by LiteRT with the delegate: it adds no error of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from tests.material.litert.hosts import Host, steps

pytest.importorskip("ai_edge_litert", reason="the original, LiteRT, is not installed")

from tests.material.litert.beside import REAL, WITHOUT_KERNEL, draw

FLOAT_ERROR = 1e-4
SMALL = ("mlperf_tiny_resnet8_int8.tflite", "mobilenet_v1_0.25_128_quant.tflite")


def path(shared: Path, name: str) -> str:
    return str(shared / "models" / "tflite" / name)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", sorted({*REAL} - WITHOUT_KERNEL))
def test_no_answer_differs(
    name: str, shared: Path, rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Host("ai_edge_litert")
    alone = host.interpreter(path(shared, name))
    helped = host.interpreter(path(shared, name), host.delegate(backend="reference", strict="1"))
    inputs = [draw(rng, alone) for _ in range(3 if "jarvis" in name or "nabu" in name else 1)]
    for theirs, mine in zip(steps(alone, inputs), steps(helped, inputs), strict=True):
        if "postprocess" in name:  # what lies behind the count is not written
            count = int(theirs[3][0])
            assert count == mine[3][0]
            theirs, mine = ([a[:, :count] for a in each[:3]] for each in (theirs, mine))
        for first, second in zip(theirs, mine, strict=True):
            if first.dtype.kind == "f":
                np.testing.assert_allclose(first, second, atol=FLOAT_ERROR)
            else:
                assert np.array_equal(first, second)
    assert capsys.readouterr().err.count("npucore: ") == 1
    assert any(d["op_name"] == "DELEGATE" for d in helped._get_ops_details())


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_rocket_answers_as_in_a_session(name: str, shared: Path, rng: np.random.Generator) -> None:
    """A session's bounds are those of the conformance suite; LiteRT adds nothing to its errors."""
    host = Host("ai_edge_litert")
    delegate = host.delegate(backend="rocket", placement="greedy")
    helped = host.interpreter(path(shared, name), delegate)
    inputs = draw(rng, helped)
    (mine,) = steps(helped, [inputs])
    with npucore.Session(
        path(shared, name), "rocket", fallback="reference", placement="greedy"
    ) as session:
        assert {p.backend for p in session.placement} == {"rocket", "reference"}
        assert np.array_equal(mine, session.run(inputs))

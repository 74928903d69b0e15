# SPDX-License-Identifier: MIT
"""Public networks, and ONNX's own node tests, with npucore as ONNX Runtime's provider."""

from __future__ import annotations

import re
import warnings
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")

import onnxruntime

from npucore import plugins
from npucore.contract.backend import Verdict
from npucore.graph import Graph
from npucore.ops import Op
from npucore.ort import InferenceSession
from npucore.reference import ReferenceBackend
from npucore.tensor import Array
from tests.material.ort.provider import opened, original

Capture = pytest.CaptureFixture[str]
EQUAL = {
    "mnist.onnx": 1e-5,
    "ultraface_rfb_320.onnx": 1e-6,
    "mobilenet_v1_1.0_224_quant_qdq.onnx": 0.0,
    "mobilenet_v1_1.0_224_quant_qop.onnx": 0.0,
}
"""Network -> the largest difference on the reference; 0 for integers."""
QUANTIZED = [name for name, bound in EQUAL.items() if not bound]
pytestmark = pytest.mark.slow


def fed(path: Path) -> dict[str, Array]:
    """Numbers as they are in photos, for an input of floats or bytes."""
    (end,) = InferenceSession(path, backend="reference").get_inputs()
    rng = np.random.default_rng(0)
    shape = [size for size in end.shape if isinstance(size, int)]
    photo: Array = rng.integers(0, 256, shape).astype(np.uint8)
    return {end.name: photo if "uint8" in end.type else (photo / np.float32(255))}


@pytest.mark.parametrize("name", EQUAL)
def test_the_reference_claims_all_and_answers_the_same(shared: Path, name: str) -> None:
    path = shared / "models" / "onnx" / name
    session, mine = opened(path)
    feed = fed(path)
    for got, want in zip(session.run(None, feed), original(path, feed), strict=True):
        np.testing.assert_allclose(got.astype(float), want.astype(float), rtol=0, atol=EQUAL[name])
    assert mine.claimed == mine.nodes
    assert mine.runs == (1,)


@pytest.mark.parametrize("name", QUANTIZED)
def test_rocket_claims_most_and_answers_as_by_itself(shared: Path, name: str) -> None:
    path = shared / "models" / "onnx" / name
    session, mine = opened(path, backend="rocket", placement="greedy")
    assert 0.9 * mine.nodes < mine.claimed < mine.nodes  # the softmax is not
    feed = fed(path)
    (got,) = session.run(None, feed)
    assert mine.runs == (1,)
    (alone,) = InferenceSession(path, backend="rocket", placement="greedy").run(None, feed)
    np.testing.assert_allclose(got.astype(int), alone.astype(int), rtol=0, atol=1)


def test_the_page_shows_what_is_said(shared: Path, capfd: Capture) -> None:
    page = (Path(__file__).parents[3] / "docs" / "onnxruntime.md").read_text()
    (shown,) = re.findall(r"^npucore: .*$", page, re.MULTILINE)
    opened(shared / "models" / "onnx" / QUANTIZED[0], backend="rocket")
    assert shown in capfd.readouterr().err.splitlines()


class Picky(ReferenceBackend):
    """The reference, but it refuses ops by their names."""

    name = "picky"
    seed = 0

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Two of three."""
        if zlib.crc32(f"{self.seed} {op.label}".encode()) % 3 == 0:
            return Verdict("not that one")
        return super().supports(op, graph)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["ultraface_rfb_320.onnx", *QUANTIZED])
def test_whatever_is_refused_the_answers_are_the_same(
    shared: Path, monkeypatch: pytest.MonkeyPatch, name: str, seed: int
) -> None:
    known = plugins.load_backend
    monkeypatch.setattr(Picky, "seed", seed)
    monkeypatch.setattr(
        plugins, "load_backend", lambda name: Picky if name == Picky.name else known(name)
    )
    path = shared / "models" / "onnx" / name
    session, mine = opened(path, backend=Picky.name)
    feed = fed(path)
    for got, want in zip(session.run(None, feed), original(path, feed), strict=True):
        np.testing.assert_allclose(got.astype(float), want, rtol=0, atol=EQUAL[name])
    assert 0.2 * mine.nodes < mine.claimed < 0.9 * mine.nodes
    assert len(mine.runs) >= 5
    assert set(mine.runs) == {1}
    assert {p.backend for p in mine.placement if p.macs} == {Picky.name}


LEAST_CLAIMED = 360
EVERY = 3  # of ONNX's 1884 cases


def case_of(case: Any) -> str:
    """Outcome of a node test: ``equal``, ``other``, ``nothing claimed``, ``not here``."""
    data, (given, wanted) = case.model.SerializeToString(), case.data_sets[0]
    try:
        names = [end.name for end in onnxruntime.InferenceSession(data).get_inputs()]
        feed = dict(zip(names, given, strict=False))
        original(data, feed)
    except Exception:  # an operator that ONNX Runtime itself has not, or not for these types
        return "not here"
    session, mine = opened(data)
    got = session.run(None, feed)
    if not mine.claimed:
        return "nothing claimed"
    assert mine.runs
    assert 0 not in mine.runs, f"{case.name}: claimed, and not run"
    for mine_, theirs in zip(got, wanted, strict=True):
        np.testing.assert_allclose(
            np.asarray(mine_, np.float64),
            np.asarray(theirs, np.float64),
            rtol=case.rtol,
            atol=max(case.atol, 1e-7),
            err_msg=case.name,
        )
        assert np.asarray(mine_).dtype == theirs.dtype
    return "equal"


@pytest.mark.long
def test_the_node_tests_of_onnx_pass_through_the_provider() -> None:
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = load_model_tests(kind="node")
    counts = Counter(map(case_of, cases[::EVERY]))
    assert counts["equal"] >= LEAST_CLAIMED, counts

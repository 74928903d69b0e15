# SPDX-License-Identifier: MIT
"""Which CPU takes what the chosen backends refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore import plugins
from npucore.conformance.cases import every_case
from npucore.conformance.maker import Maker
from npucore.contract.backend import Availability, DeviceKind, Verdict
from npucore.family import runtime
from npucore.graph import Graph
from npucore.ops import Gelu, Op, Relu
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.running.fallback import is_fastest, standing_behind

pytest.importorskip("ai_edge_litert", reason="LiteRT is not installed")


def graph_of(dtype: str, rounding: Rounding, kind: type[Op] = Relu) -> Graph:
    m = Maker("fallback")
    x = m.input((1, 4, 4, 8), dtype)
    op = kind(input=x, output=m.like(x))  # type: ignore[call-arg]
    return m.problem(op).graph.with_rounding(rounding)


class Nothing(ReferenceBackend):
    """Refuses everything."""

    name = "nothing"

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("not today")

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "nothing")


@pytest.mark.parametrize(
    ("dtype", "rounding", "wanted"),
    [
        ("int8", Rounding.TFLITE, ["reference"]),
        ("int8", Rounding.EXACT, ["litert", "reference"]),
        ("float32", Rounding.TFLITE, ["litert", "reference"]),
    ],
)
def test_the_fastest_keeps_the_rule(dtype: str, rounding: Rounding, wanted: list[str]) -> None:
    graph = graph_of(dtype, rounding)
    assert standing_behind("fastest", ["rocket"], graph) == wanted
    with npucore.Session(graph, Nothing()) as session:
        assert session.placement[0].backend == wanted[0]


def test_a_name_and_none_are_what_they_say() -> None:
    graph = graph_of("float32", Rounding.EXACT)
    assert standing_behind("reference", ["rocket"], graph) == ["reference"]
    assert standing_behind(None, ["rocket"], graph) == []


def test_behind_the_reference_stands_nobody() -> None:
    graph = graph_of("float32", Rounding.EXACT)
    assert standing_behind("fastest", ["reference"], graph) == ["reference"]
    with npucore.Session(graph) as session:
        assert session.placement[0].backend == "reference"


def test_the_reference_takes_what_the_fastest_refuses() -> None:
    graph = graph_of("uint8", Rounding.EXACT, Gelu)
    with npucore.Session(graph, Nothing()) as session:
        assert session.placement[0].backend == "litert"
    graph = next(c for c in every_case() if c.op == "loop").build().graph
    with npucore.Session(graph, Nothing()) as session:
        (placed,) = session.placement
    assert placed.backend == "reference"
    assert placed.reason == "nothing: not today; litert: no kernel of LiteRT is judged for loop"


def test_one_that_is_not_installed_is_no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_is_installed", lambda *_: False)
    graph = graph_of("float32", Rounding.EXACT)
    assert standing_behind("fastest", ["rocket"], graph) == ["reference"]


def test_a_broken_one_is_no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise npucore.PluginError(name)

    graph = graph_of("float32", Rounding.EXACT)
    monkeypatch.setattr(plugins, "load_backend", broken)
    assert standing_behind("fastest", ["rocket"], graph) == ["reference"]


def test_only_the_fastest_is_called_so() -> None:
    assert [is_fastest(name) for name in ("litert", "onnxruntime", "reference", "rocket")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_an_artefact_keeps_its_fallback(tmp_path: Path) -> None:
    graph = graph_of("float32", Rounding.EXACT)
    x = np.linspace(-1, 1, 128, dtype=np.float32).reshape(1, 4, 4, 8)
    npucore.compile(graph, "rocket").write(tmp_path / "x.npu")
    with npucore.Session(tmp_path / "x.npu") as session:
        assert [run.backend.name for run in session.runs] == ["litert"]
        np.testing.assert_array_equal(session.run(x)[0], np.maximum(x, 0))

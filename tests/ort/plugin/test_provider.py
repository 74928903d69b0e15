# SPDX-License-Identifier: MIT
"""npucore within ONNX Runtime: what it claims it runs, and nobody else does."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")

import onnxruntime

from npucore.errors import DeviceError
from npucore.faces.claims import GRAPHS, OPEN
from npucore.ort import provided, register
from npucore.ort.providers import PROVIDER
from tests.material.onnx.write import model, node
from tests.material.ort.models import X, floats, quantized
from tests.material.ort.provider import opened, original

Capture = pytest.CaptureFixture[str]
FEED = {"x": np.random.default_rng(0).random(X, np.float32)}
BYTES = {"x0": np.random.default_rng(0).integers(-99, 99, X).astype(np.int8)}


def test_all_of_a_network_is_claimed_and_run(capfd: Capture) -> None:
    session, mine = opened(floats())
    assert capfd.readouterr().err == "npucore: graph: 5 of 5 nodes on reference\n"
    for _ in range(3):
        (y,) = session.run(None, FEED)
    np.testing.assert_allclose(y, original(floats(), FEED)[0], atol=1e-6)
    assert (mine.claimed, mine.nodes, mine.runs) == (5, 5, (3,))
    assert {p.backend for p in mine.placement} == {"reference"}


def test_integers_are_equal() -> None:
    session, mine = opened(quantized(sine=False))
    np.testing.assert_array_equal(session.run(None, BYTES), original(quantized(False), BYTES))
    assert mine.claimed == mine.nodes


def test_a_part_is_claimed_where_not_all_can_be(capfd: Capture) -> None:
    session, mine = opened(quantized(), backend="rocket", placement="greedy")
    said = capfd.readouterr().err
    assert f"npucore: graph: {mine.claimed} of {mine.nodes} nodes on rocket (simulator), " in said
    assert "Sin" in said
    assert 0 < mine.claimed < mine.nodes
    (y,) = session.run(None, BYTES)
    assert mine.runs == (1, 1)  # one before the Sin, one behind it
    assert {p.backend for p in mine.placement if p.macs} == {"rocket"}
    difference = y.astype(int) - original(quantized(), BYTES)[0]
    assert abs(difference).max() <= 1


def devices() -> Any:
    options = onnxruntime.SessionOptions()
    options.add_provider_for_devices(register(), {"backend": "reference"})
    return onnxruntime.InferenceSession(floats(), options)


ASKING: dict[str, Callable[[], Any]] = {
    "name": lambda: onnxruntime.InferenceSession(floats(), providers=[PROVIDER]),
    "pair": lambda: onnxruntime.InferenceSession(floats(), providers=[(PROVIDER, {})]),
    "options": lambda: onnxruntime.InferenceSession(
        floats(), providers=[PROVIDER], provider_options=[{"backend": "reference"}]
    ),
    "devices": devices,
    "file": lambda: None,
}


@pytest.mark.parametrize("form", ASKING)
def test_it_can_be_asked_for_in_every_form(form: str, tmp_path: Any) -> None:
    register()
    session = ASKING[form]()
    if session is None:
        path = tmp_path / "floats.onnx"
        path.write_bytes(floats())
        session = opened(path)[0]
        assert provided()[-1].name == "floats.onnx"
    mine = provided()[-1]
    session.run(None, FEED)
    assert mine.runs == (1,)


def test_onnx_runtime_itself_says_who_runs_what() -> None:
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    session, mine = opened(quantized(), options, backend="rocket", placement="greedy")
    found: dict[str, int] = {}
    for part in session.get_provider_graph_assignment_info():
        found[part.ep_name] = found.get(part.ep_name, 0) + len(part.get_nodes())
    assert found[PROVIDER] == mine.claimed
    assert sum(found.values()) == mine.nodes


def test_bound_memory_is_read_and_written() -> None:
    session, _ = opened(floats())
    binding = session.io_binding()
    binding.bind_cpu_input("x", FEED["x"])
    binding.bind_output("y")
    session.run_with_iobinding(binding)
    want = original(floats(), FEED)[0]
    np.testing.assert_allclose(binding.copy_outputs_to_cpu()[0], want, atol=1e-6)


def test_eight_threads_share_a_session() -> None:
    session, mine = opened(quantized(), backend="rocket", placement="greedy")
    rng = np.random.default_rng(1)
    feeds = [{"x0": rng.integers(-99, 99, X).astype(np.int8)} for _ in range(16)]
    want = [session.run(None, feed)[0] for feed in feeds]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda feed: session.run(None, feed)[0], feeds))
    np.testing.assert_array_equal(got, want)
    assert mine.runs == (32, 32)


def test_open_sizes_are_left_to_others_unless_they_are_given(capfd: Capture) -> None:
    shape = ("n", 3, "h", "w")
    session, mine = opened(floats(shape=shape))
    assert mine.claimed == 0
    assert OPEN in capfd.readouterr().err
    assert session.run(None, FEED)[0].shape == (1, 4)
    options = onnxruntime.SessionOptions()
    for name, size in zip("nhw", (1, 8, 8), strict=True):
        options.add_free_dimension_override_by_name(name, size)
    session, mine = opened(floats(shape=shape), options)
    session.run(None, FEED)
    assert (mine.claimed, mine.runs) == (5, (1,))


def test_constants_that_can_be_overridden_are_inputs() -> None:
    weights = np.ones((4, 3, 1, 1), np.float32)
    ends = {"x": (np.float32, X), "c": (np.float32, [1])}
    nodes = [node("Conv", ["x", "w"], "conv"), node("Add", ["conv", "c"])]
    constants = {"w": weights, "c": np.ones(1, np.float32)}
    session, mine = opened(model(nodes, ends, {"y": np.float32}, constants))
    first, second = (
        session.run(None, {**FEED, **more})[0] for more in ({}, {"c": np.zeros(1, "f4")})
    )
    np.testing.assert_allclose(first - second, 1, atol=1e-6)
    assert mine.claimed == 2


def test_nodes_that_hold_graphs_stay_where_they_are(capfd: Capture) -> None:
    from onnx import helper

    def branch(operator: str) -> Any:
        end = helper.make_tensor_value_info("out", 1, [1, 4])
        return helper.make_graph([node(operator, ["mean"], "out")], operator, [], [end])

    nodes = [
        node("Relu", ["x"], "mean"),
        node("If", ["b"], "z", then_branch=branch("Neg"), else_branch=branch("Abs")),
        node("Sigmoid", ["z"]),
    ]
    ends = {"x": (np.float32, [1, 4]), "b": (np.bool_, [])}
    session, mine = opened(model(nodes, ends, {"y": np.float32}))
    assert GRAPHS in capfd.readouterr().err
    feed = {"x": np.ones((1, 4), np.float32), "b": np.array(True)}
    np.testing.assert_allclose(session.run(None, feed)[0], 1 / (1 + np.e), atol=1e-6)
    assert (mine.claimed, mine.runs) == (2, (1, 1))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"backend": "nope"}, "npucore: no backend called 'nope'"),
        ({"backend": "reference", "colour": "red"}, "npucore: no option 'colour' in reference"),
        (
            {"backend": "rocket", "strict": "1"},
            "npucore: 5 of 5 nodes would run on other providers",
        ),
        ({"memory": "much"}, "npucore: no option 'memory'"),
    ],
    ids=["backend", "option", "strict", "memory"],
)
def test_what_cannot_be_is_said_in_a_sentence(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(Exception, match=sentence):
        opened(floats(), **settings)


def test_a_backend_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    session, mine = opened(floats())

    def broken(arrays: Any) -> Any:
        raise DeviceError("the board is gone")

    for fused in mine._fused.values():
        monkeypatch.setattr(fused.session, "run", broken)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.EPFail, match="board is gone"):
        session.run(None, FEED)


def test_nothing_is_left_of_sessions() -> None:
    gc.collect()
    before = len(provided())
    for _ in range(20):
        session, mine = opened(floats())
        session.run(None, FEED)
        del session, mine
    gc.collect()
    assert len(provided()) == before


END = """
import sys
from tests.material.ort.models import floats, zeros
from tests.material.ort.provider import opened
sys.kept = opened(floats())[0]
sys.kept.run(None, {"x": zeros()})
"""


def test_onnx_runtime_may_outlive_python() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", END], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_to_register_twice_changes_nothing() -> None:
    first, second = (len(register()) for _ in range(2))
    assert first == second == 1
    assert onnxruntime.get_available_providers().count(PROVIDER) == 1

# SPDX-License-Identifier: MIT
"""Kept programs give what compiled ones give, and never stand in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import plugins
from npucore.contract.backend import Backend
from npucore.files.cache import Cache
from npucore.graph import Graph
from npucore.running import code, fallback
from npucore.running.kept import Kept
from npucore.tensor import Array
from npucore_rocket import RocketBackend
from npucore_tflite import TFLiteFrontend
from npucore_vsim import VsimBackend
from npucore_vsim.sim import weights_v8
from tests.material.running.starts import IMAGE, run


def never(*given: Any, **settings: Any) -> Any:
    raise AssertionError("worked out again")


def test_the_second_start_compiles_nothing_and_gives_the_same(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    with npucore.Session(model, "rocket", cache=cache) as session:
        placement, first = session.placement, session.run(IMAGE)
    monkeypatch.setattr(RocketBackend, "assemble", never)
    monkeypatch.setattr(RocketBackend, "judge", never)
    with npucore.Session(model, "rocket", cache=cache) as session:
        assert session.placement == placement
        assert session.run(IMAGE)[0].tobytes() == first[0].tobytes()
        assert session.inputs[0].name == npucore.load(model).inputs[0].name


def test_a_simulator_decodes_coefficients_once(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(model, "vsim", cache=cache)
    monkeypatch.setattr(weights_v8, "decode", never)
    monkeypatch.setattr(VsimBackend, "assemble", never)
    assert run(model, "vsim", cache=cache) == (first[0], True)


@pytest.mark.parametrize(
    "settings",
    [
        {"rounding": "exact"},
        {"fallback": None, "placement": "greedy", "strict": False},
        {"placement": "greedy"},
        {"host": "a55"},
        {"trust": "shown"},
        {"per_channel": "requantize"},
        {"clock": "2e8"},
        {"memory": 1 << 29},
        {"backend": "rocket:rk3568"},
        {"backend": "vsim"},
    ],
    ids=str,
)
def test_another_choice_is_another_entry(
    model: Path, cache: Cache, settings: dict[str, Any]
) -> None:
    run(model, cache=cache)
    try:
        wanted = run(model, cache=False, **settings)[0]
    except npucore.UnsupportedError:  # without a fallback
        with pytest.raises(npucore.UnsupportedError):
            run(model, cache=cache, **settings)
        return
    assert run(model, cache=cache, **settings) == (wanted, False)
    assert run(model, cache=cache, **settings) == (wanted, True)
    assert run(model, cache=cache)[1]


def test_another_model_of_the_same_name_is_another_entry(model: Path, cache: Cache) -> None:
    run(model, cache=cache)
    data = bytearray(model.read_bytes())
    weights = npucore.load(model).ops[0].inputs[1].data
    assert weights is not None
    at = data.index(weights.tobytes())
    data[at : at + 40] = bytes(40)
    model.write_bytes(data)
    wanted = run(model, cache=False)[0]
    assert run(model, cache=cache) == (wanted, False)
    assert run(model, cache=cache) == (wanted, True)


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(frontend: TFLiteFrontend, path: Path, **bound: Any) -> Graph:
        os.utime(path, (1, 1))
        return real(frontend, path, **bound)

    real = TFLiteFrontend.read
    monkeypatch.setattr(TFLiteFrontend, "read", read)
    run(model, cache=cache)
    assert cache.entries() == []


def test_other_evidence_is_another_entry(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(model, cache=cache)
    real = RocketBackend.circumstances
    monkeypatch.setattr(RocketBackend, "circumstances", lambda b: {**real(b), "refuted": "rule"})
    assert not run(model, cache=cache)[1]


def test_other_code_is_another_entry(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(model, cache=cache)
    monkeypatch.setattr(code, "identity", lambda: "another")
    assert not run(model, cache=cache)[1]


def test_the_identity_of_code_changes_with_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package := tmp_path / "npucore_that_changes").mkdir()
    (module := package / "__init__.py").write_text("a = 1")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(code._files("npucore_that_changes"))
    module.write_text("a = 22")
    assert list(code._files("npucore_that_changes")) != before
    assert code.identity() == code.identity()


class Watching:
    @staticmethod
    @plugins.hookimpl
    def npucore_passes(backend: Backend) -> list[Callable[[Graph], Graph]]:
        return []


def test_nothing_is_kept_where_a_plugin_rewrites_graphs(model: Path, cache: Cache) -> None:
    run(model, cache=cache)
    plugins.manager.register(Watching, "watching")
    try:
        assert not run(model, cache=cache)[1]
    finally:
        plugins.manager.unregister(name="watching")
    assert run(model, cache=cache)[1]


def test_only_models_of_files_for_backends_by_name_are_kept(model: Path, cache: Cache) -> None:
    with npucore.Session(npucore.load(model), "rocket", cache=cache):
        pass
    with npucore.Session(model, RocketBackend(), cache=cache):
        pass
    with npucore.Session(model, "reference", cache=cache):
        pass
    assert cache.entries() == []


def test_ops_of_what_is_kept_lie_between_its_tensors(model: Path, cache: Cache) -> None:
    npucore.Session(model, "rocket", cache=cache).close()
    with npucore.Session(model, "rocket", cache=cache) as session:
        assert isinstance(session.network, Kept)
        ops = session.network.ops
        assert [op.name for op in ops] == [op.name for op in npucore.load(model).ops]
        assert session.inputs[0] in ops[0].inputs
        assert session.outputs[0] in ops[-1].outputs


def test_messages_name_the_ops_of_what_is_kept(model: Path, cache: Cache) -> None:
    told = []
    for _ in range(2):
        with npucore.Session(model, "rocket", cache=cache) as session:
            program: Any = next(s.program for s in session.runs if s.backend.name == "rocket")
            told.append(program._loading.names)
    assert told[0] == told[1]


def test_an_answer_says_the_same_of_what_is_kept(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (npucore.run(model, IMAGE, "rocket", cache=cache) for _ in range(2))
    assert isinstance(second.network, Kept)
    for name in ("answer", "placements", "works", "chosen", "ops"):
        assert getattr(first, name) == getattr(second, name), name
    monkeypatch.setattr(Kept, "graph", property(never))
    npucore.run(model, IMAGE, "rocket", cache=cache)


TWICE = """
import sys, hashlib, numpy, npucore
image = numpy.zeros((1, 8, 8, 1), numpy.int8)
with npucore.Session(sys.argv[1], "rocket", cache=sys.argv[2]) as session:
    print(session.run(image)[0].tobytes().hex())
"""


@pytest.mark.slow
def test_processes_at_once_give_the_same(model: Path, cache: Cache) -> None:
    command = [sys.executable, "-c", TWICE, str(model), str(cache.folder)]
    environment = {key: value for key, value in os.environ.items() if key != "NPUCORE_CACHE"}
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]
    answers = {process.communicate()[0] for process in running}
    assert all(process.returncode == 0 for process in running)
    with npucore.Session(model, "rocket", cache=False) as session:
        image: Array = np.zeros((1, 8, 8, 1), np.int8)
        assert answers == {session.run(image)[0].tobytes().hex() + "\n"}
    assert run(model, cache=cache)[1]
    assert [path.name for path in cache.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("gone", [False, True])
def test_the_fastest_cpu_is_kept_as_long_as_it_is_there(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    pytest.importorskip("ai_edge_litert", reason="LiteRT is not installed")
    settings: dict[str, Any] = {"cache": cache, "rounding": "exact"}

    def backends() -> tuple[set[str], bool]:
        with npucore.Session(model, "rocket", **settings) as session:
            session.run(IMAGE)
            return {p.backend for p in session.placement}, isinstance(session.network, Kept)

    assert backends() == ({"rocket", "litert"}, False)
    if gone:
        monkeypatch.setattr(fallback, "cpus", lambda: iter(()))
    left = {"rocket", "reference"} if gone else {"rocket", "litert"}
    assert backends() == (left, not gone)

# SPDX-License-Identifier: MIT
"""A compiled network runs from its file, and nothing that is wrong with the file goes unsaid."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore import plugins
from npucore.contract.backend import Exported
from npucore.contract.frontend import Frontend
from npucore.errors import (
    FallbackError,
    InputError,
    PluginError,
    UnsupportedError,
)
from npucore.files.artifact import is_artifact
from npucore.graph import Graph
from npucore.ops import Logistic, Relu, Reshape, Sqrt
from npucore.tensor import Tensor
from tests.material.contract.exporting import DIGITS, Exporting, installed
from tests.material.running.graphs import F32, chain, diamond, tensor

X = np.array([-1, 0, 1, 2], np.float32)


pytestmark = pytest.mark.usefixtures("exporting")


def images(count: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(3)
    for _ in range(count):
        yield rng.integers(-128, 128, (1, 8, 8, 1), np.int8)


@pytest.mark.parametrize("backend", ["reference", "exporting"])
@pytest.mark.parametrize("rounding", ["tflite", "exact"])
def test_the_demonstration_network_gives_the_same_bytes(
    path: Path, backend: str, rounding: str
) -> None:
    npucore.compile(DIGITS, backend, rounding=rounding).write(path)
    with (
        npucore.Session(DIGITS, backend, rounding=rounding) as session,
        npucore.Session(path) as stored,
    ):
        for image in images(20):
            assert session.run(image)[0].tobytes() == stored.run(image)[0].tobytes()
        assert session.placement == stored.placement


def test_neither_the_frontend_nor_the_compiler_is_needed(
    digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(name: str) -> type[Frontend]:
        raise AssertionError(name)

    monkeypatch.setattr(plugins, "load_frontend", forbidden)
    npucore.Session(digits).close()
    assert Exporting.compiled == []


def test_an_artifact_runs_without_a_file() -> None:
    artifact = npucore.compile(diamond(), "exporting", fallback="reference")
    with npucore.Session(artifact) as stored, npucore.Session(diamond()) as session:
        np.testing.assert_array_equal(stored.run(X)[0], session.run(X)[0])


def test_the_manifest_says_what_is_in_it(digits: Path) -> None:
    with zipfile.ZipFile(digits) as file:
        manifest = json.loads(file.read("manifest.json"))
        sums = {n: hashlib.sha256(file.read(n)).hexdigest() for n in file.namelist()[1:]}
    assert (manifest["format"], manifest["format_version"]) == ("npucore-artifact", 1)
    assert (manifest["npucore"], manifest["rounding"]) == (npucore.__version__, "tflite")
    assert (manifest["name"], manifest["backends"]) == ("digits.tflite", ["exporting"])
    assert manifest["members"] == sums
    [image], [scores] = manifest["inputs"], manifest["outputs"]
    assert (image["name"], image["shape"], image["dtype"]) == ("image", [1, 8, 8, 1], "int8")
    assert scores["quantization"] == {"scale": 1 / 256, "zero_point": -128, "axis": None}
    first, second = manifest["runs"]
    assert (first["backend"], first["target"], first["options"]) == ("exporting", "b", {"speed": 9})
    assert (first["ops"], second["ops"]) == ([*range(16)], [16])
    assert (first["graph"], second["exported"]) == (None, None)
    assert manifest["placements"][16]["reason"] == "exporting: no softmax here"


def test_the_backend_gets_its_target_and_options_back(digits: Path) -> None:
    with npucore.Session(digits) as session:
        backend = session.runs[0].backend
    assert (backend.name, backend.target, backend.settings) == ("exporting", "b", {"speed": 9})


def test_compiling_twice_gives_the_same_bytes(digits: Path, tmp_path: Path) -> None:
    npucore.compile(DIGITS, "exporting:b", speed=9).write(tmp_path / "again")
    assert digits.read_bytes() == (tmp_path / "again").read_bytes()


def test_numpy_reads_the_members(path: Path) -> None:
    npucore.compile(DIGITS, "reference").write(path)
    with np.load(path) as arrays:
        assert {str(arrays[name].dtype) for name in arrays.files[1:]} == {"int8", "int32"}


def test_the_content_tells_an_artifact_and_not_its_name(digits: Path, tmp_path: Path) -> None:
    digits.rename(tmp_path / "model.tflite")
    assert is_artifact(tmp_path / "model.tflite")
    assert not is_artifact(DIGITS)
    np.savez(tmp_path / "x.npz", a=X)
    assert not is_artifact((tmp_path / "x.npz").rename(digits))


def test_a_run_that_is_cut_in_pieces_is_put_together_again(path: Path) -> None:
    graph = chain(Relu, Logistic, Sqrt)
    npucore.compile(graph, "exporting", fallback="reference").write(path)
    with npucore.Session(path) as stored, npucore.Session(graph) as session:
        assert [run.backend.name for run in stored.runs] == ["exporting", "reference", "exporting"]
        np.testing.assert_array_equal(stored.run(X)[0], session.run(X)[0])


def test_outputs_that_no_op_writes_survive(path: Path) -> None:
    x, y = tensor("x"), Tensor("y", (2, 2), F32)
    constant = Tensor("c", (0, 3), F32, None, np.zeros((0, 3), np.float32))
    scalar = Tensor("s", (), F32, None, np.array(7, np.float32))
    graph = Graph((Reshape(input=x, output=y),), (x,), (y, x, constant, scalar))
    npucore.compile(graph, "exporting").write(path)
    with npucore.Session(path) as session:
        outputs = session.run(X)
    assert [output.shape for output in outputs] == [(2, 2), (4,), (0, 3), ()]
    assert outputs[3] == 7


@pytest.mark.parametrize(
    "choice",
    [{"backend": "reference"}, {"rounding": "exact"}, {"fallback": None}, {"speed": 3}],
    ids=lambda choice: next(iter(choice)),
)
def test_nothing_is_left_to_choose(digits: Path, choice: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"digits.tflite is compiled and placed already"):
        npucore.Session(digits, **choice)


def test_strict_looks_at_the_stored_placement(digits: Path) -> None:
    with pytest.raises(FallbackError, match="1 of 17 ops would run on reference"):
        npucore.Session(digits, strict=True)
    with pytest.raises(FallbackError, match="1 of 17 ops would run on reference"):
        npucore.compile(DIGITS, "exporting", strict=True)


def test_an_artifact_has_no_graph_to_load(digits: Path) -> None:
    with pytest.raises(InputError, match="whose graph is no longer there"):
        npucore.load(digits)


def test_rewrites_apply_before_the_export(path: Path) -> None:
    class Rewriter:
        @staticmethod
        @plugins.hookimpl
        def npucore_passes(backend: object) -> list[Callable[[Graph], Graph]]:
            return [lambda graph: Graph((*graph.ops[:1], extra), graph.inputs, (extra.output,))]

    graph = chain(Relu, Sqrt)
    extra = Sqrt(input=graph.ops[0].outputs[0], output=tensor("new"))
    plugins.manager.register(Rewriter, "rewriter")
    try:
        artifact = npucore.compile(graph, "exporting")
    finally:
        plugins.manager.unregister(name="rewriter")
    [run] = artifact.runs
    assert run.ops == (0, None)
    with npucore.Session(artifact) as session:
        np.testing.assert_array_equal(session.run(X * X)[0], np.sqrt(X * X))


@pytest.mark.parametrize(
    ("exported", "why"),
    [
        (Exported({"x": {1}}, {}), "not JSON serializable"),
        (Exported({"x": float("nan")}, {}), "not JSON compliant"),
        (Exported({}, {"../x": X}), "has no place"),
        (Exported({}, {"x": np.array([None])}), "has no place"),
    ],
    ids=["set", "nan", "name", "objects"],
)
def test_an_export_that_no_file_can_hold_is_the_plugins_fault(
    monkeypatch: pytest.MonkeyPatch, exported: Exported, why: str
) -> None:
    monkeypatch.setattr(Exporting, "export", lambda self, graph: exported)
    with pytest.raises(PluginError, match=f"exporting exports what no file can hold: .*{why}"):
        npucore.compile(chain(Relu), "exporting")


def test_a_backend_that_is_not_installed_is_named(
    digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins, "entry_points", installed())
    with pytest.raises(PluginError, match="no backend called 'exporting'"):
        npucore.Session(digits)


def test_a_backend_that_lost_an_option_is_named(
    digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exporting, "options", {})
    with pytest.raises(UnsupportedError, match="exporting has no option 'speed'"):
        npucore.Session(digits)


def test_an_artefact_has_a_limit_of_memory_too(path: Path) -> None:
    npucore.compile(DIGITS, "reference").write(path)
    with pytest.raises(UnsupportedError, match="--memory"):
        npucore.Session(path, memory=1000)
    npucore.Session(path, memory=1 << 30).close()

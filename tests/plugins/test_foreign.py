# SPDX-License-Identifier: MIT
"""A foreign distribution is installed for real, beside npucore, and used by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

TINY = Path(__file__).parents[1] / "material" / "plugins" / "tiny"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def npucore(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The ``npucore`` command in a world where the foreign plugins are installed."""
    site = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    build = ["--no-build-isolation", "--no-index", str(TINY)]
    subprocess.run([*install, str(site), *build], check=True)
    world = os.environ | {"PYTHONPATH": str(site)}

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "npucore", *map(str, words)]
        return subprocess.run(command, env=world, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.anything"
    path.write_text("TINY 4\nrelu logistic relu\n")
    np.save(tmp_path / "x.npy", np.array([-1, 0, 1, 2], np.float32))
    return path


def test_foreign_plugins_are_listed(npucore: Run) -> None:
    report = json.loads(npucore("backends", "--json").stdout)
    tiny = next(plugin for plugin in report if plugin["name"] == "tiny")
    assert (tiny["status"], tiny["ops"]) == ("ok", {"relu": 0})


@pytest.mark.sample(2)
@pytest.mark.parametrize("group", ["backends", "frontends"])
def test_a_plugin_that_raises_on_import_is_shown_as_broken(npucore: Run, group: str) -> None:
    done = npucore(group, "--json")
    broken = next(p for p in json.loads(done.stdout) if p["name"] == "explodes")
    assert broken["status"] == "broken"
    assert "this plugin always explodes" in broken["detail"]
    assert done.returncode == 0


@pytest.mark.slow
def test_a_class_of_the_wrong_kind_is_shown_as_broken(npucore: Run) -> None:
    report = json.loads(npucore("backends", "--json").stdout)
    wrong = next(plugin for plugin in report if plugin["name"] == "nobackend")
    assert "is no subclass of Backend" in wrong["detail"]


@pytest.mark.slow
def test_a_broken_plugin_does_not_disturb_the_others(npucore: Run) -> None:
    assert "reference" in npucore("backends").stdout


def test_a_foreign_frontend_is_found_by_content_and_a_foreign_backend_runs(
    npucore: Run, model: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "out.npz"
    done = npucore(
        "run", model, "--input", tmp_path / "x.npy", "--backend", "tiny", "--save", saved
    )
    assert done.returncode == 0, done.stderr
    expected = 1 / (1 + np.exp(-np.array([0, 0, 1, 2], np.float32)))
    np.testing.assert_allclose(np.load(saved)["x3"], expected, rtol=1e-6)


@pytest.mark.slow
def test_what_a_foreign_backend_refuses_goes_to_the_fallback(npucore: Run, model: Path) -> None:
    words = ("--backend", "tiny", "--fallback", "reference", "--json")
    report = json.loads(npucore("explain", model, *words).stdout)
    assert [op["backend"] for op in report["ops"]] == ["tiny", "reference", "tiny"]
    assert report["ops"][1]["reason"] == "tiny: this NPU only rectifies float32"
    assert report["ops"][0]["evidence"] == "paper"
    assert report["summary"]["runs"] == 3


@pytest.mark.slow
def test_strict_makes_the_fallback_an_error(npucore: Run, model: Path) -> None:
    assert npucore("explain", model, "--backend", "tiny", "--strict").returncode == 3


def test_a_broken_backend_named_by_the_user_is_an_error_in_one_line(
    npucore: Run, model: Path
) -> None:
    done = npucore("explain", model, "--backend", "explodes")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("npucore: backend 'explodes'")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_hooks_of_a_plugin_without_a_backend_are_called(
    npucore: Run, model: Path, tmp_path: Path
) -> None:
    heard = npucore("run", model, "--input", tmp_path / "x.npy", "--backend", "tiny").stderr
    assert "tiny: loaded model.anything with 3 ops" in heard
    assert heard.count("tiny: TinyProgram has run") == 2


@pytest.mark.slow
def test_a_plugin_can_add_a_command(npucore: Run) -> None:
    assert npucore("tiny").stdout.startswith("hello from npucore")

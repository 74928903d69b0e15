# SPDX-License-Identifier: MIT
"""The suite catches backends that are broken on purpose, and leaves a sound one alone."""

from __future__ import annotations

from importlib import resources
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from npucore import plugins
from npucore.conformance.console import run
from npucore.conformance.report import ConformanceReport
from npucore.contract.backend import Backend
from tests.material.conformance.controls import CONTROLS, Sound


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[type[Backend]] = [Sound, *(kind for kind, _ in CONTROLS.values())]
    entries = [EntryPoint(k.name, f"{k.__module__}:{k.__name__}", plugins.BACKENDS) for k in kinds]
    entries.append(EntryPoint("reference", "npucore.reference:ReferenceBackend", plugins.BACKENDS))
    entries.append(EntryPoint("tflite", "npucore_tflite:TFLiteFrontend", plugins.FRONTENDS))
    monkeypatch.setattr(
        plugins, "entry_points", lambda group: EntryPoints(e for e in entries if e.group == group)
    )


def judged(name: str, tests: str) -> ConformanceReport:
    return run([f"--npu-backend={name}", "-k", tests], quiet=True)


@pytest.mark.sample(12)
@pytest.mark.parametrize("name", CONTROLS)
def test_a_broken_backend_is_caught_by_name(name: str) -> None:
    _, wanted = CONTROLS[name]
    room, _, case = wanted.partition("/")
    report = judged(name, f"test_contract and {case}" if room == "contract" else case)
    assert wanted in [failure.id for failure in report.failures]
    assert not report.passed


def test_nothing_is_wrong_with_the_sound_one() -> None:
    cases = [wanted.partition("/")[2] for _, wanted in CONTROLS.values()]
    report = judged("sound", " or ".join(["test_contract", *dict.fromkeys(cases)]))
    assert report.failures == []
    assert report.passed


@pytest.mark.slow
def test_random_shapes_catch_a_broken_backend() -> None:
    report = judged("forgetsbias", "test_random and convolution")
    (failure,) = report.failures
    assert failure.id == "random/convolution"
    assert "claimed 0" in failure.detail


@pytest.mark.parametrize("name", ["forgetsbias", "sound"])
def test_networks_catch_a_broken_backend_op_by_op(tmp_path: Path, name: str) -> None:
    digits = resources.files("npucore.demo") / "digits.tflite"
    (tmp_path / "digits.tflite").write_bytes(digits.read_bytes())
    report = run(
        [f"--npu-backend={name}", f"--npu-models={tmp_path}", "-k", "test_models"], quiet=True
    )
    wrong = {failure.op for failure in report.failures if failure.id.count("/") == 2}
    assert wrong == ({"convolution"} if name == "forgetsbias" else set())
    assert report.passed is (name == "sound")

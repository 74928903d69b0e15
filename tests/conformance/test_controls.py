# SPDX-License-Identifier: MIT
"""The suite catches backends that are broken on purpose, and leaves a sound one alone."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from npucore import plugins
from npucore.conformance.console import run
from npucore.conformance.report import ConformanceReport
from tests.conformance.controls import CONTROLS, Sound


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [Sound, *(kind for kind, _ in CONTROLS.values())]
    entries = [EntryPoint(k.name, f"{k.__module__}:{k.__name__}", plugins.BACKENDS) for k in kinds]
    entries.append(EntryPoint("reference", "npucore.reference:ReferenceBackend", plugins.BACKENDS))
    monkeypatch.setattr(plugins, "entry_points", lambda group: EntryPoints(entries))


def judged(name: str, tests: str) -> ConformanceReport:
    return run([f"--npu-backend={name}", "-k", tests], quiet=True)


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

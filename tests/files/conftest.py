# SPDX-License-Identifier: MIT
"""An artefact of the demonstration network, written by a backend that exports."""

from __future__ import annotations

from pathlib import Path

import pytest

import npucore
from npucore import plugins
from tests.material.contract.exporting import DIGITS, Exporting, installed


@pytest.fixture
def exporting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backend that exports is installed."""
    entry_points = installed(exporting="tests.material.contract.exporting:Exporting")
    monkeypatch.setattr(plugins, "entry_points", entry_points)
    monkeypatch.setattr(Exporting, "compiled", [])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.npu"


@pytest.fixture
def digits(path: Path, exporting: None) -> Path:
    """One exported run and a softmax."""
    npucore.compile(DIGITS, "exporting:b", speed=9).write(path)
    return path

# SPDX-License-Identifier: MIT
"""The file that Frigate imports, beside stubs of the two classes that it builds upon."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.cli import main
from npucore.errors import NpucoreError
from tests.material.contract.exporting import DIGITS
from tests.material.frigate.stub import DetectionApi, load_plugin
from tests.material.vision.small_detector import write_detector

FRAME = np.zeros((1, 32, 32, 3), np.uint8)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = tmp_path / "npucore.py"
    assert main(["frigate-plugin", "-o", str(path)]) == 0
    return load_plugin(path, monkeypatch)


def config(plugin: ModuleType, path: Path | str, **settings: Any) -> Any:
    asked = {"type": "npucore", "model": {"path": str(path)}, **settings}
    return plugin.NpucoreDetectorConfig.model_validate(asked)


def test_frames_become_rows(
    plugin: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {api.type_key for api in DetectionApi.__subclasses__()} >= {"npucore"}
    path = write_detector(tmp_path / "things.npu")
    detector = plugin.NpucoreDetector(config(plugin, path))
    assert "npucore: things.npu: 2 of 2 ops" in capsys.readouterr().err
    rows = detector.detect_raw(FRAME)
    assert (rows.shape, rows.dtype) == ((20, 6), np.float32)
    np.testing.assert_allclose(rows[0], [0, 0.75, 0.25, 0, 0.5, 0.5])
    np.testing.assert_allclose(rows[1], [2, 0.5, 0.25, 0.5, 0.75, 1])
    assert not rows[2:].any()


def test_settings_reach_the_session(
    plugin: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = config(plugin, DIGITS, backend="rocket", strict=True, options={"trust": "shown"})
    with pytest.raises(NpucoreError, match="1 of 17 ops would run on reference"):
        plugin.NpucoreDetector(given)
    plugin.NpucoreDetector(config(plugin, DIGITS, backend="rocket", verbose=True))
    first, *others = capsys.readouterr().err.splitlines()
    assert "on rocket (simulator)" in first
    assert others
    npucore.compile(DIGITS, "rocket").write(compiled := tmp_path / "digits.npu")
    for more, sentence in (({"strict": True}, "1 of 17 ops"), ({"backend": "vsim"}, "already")):
        with pytest.raises(NpucoreError, match=sentence):
            plugin.NpucoreDetector(config(plugin, compiled, **more))
    with pytest.raises(NpucoreError, match="no option 'colour'"):
        plugin.NpucoreDetector(config(plugin, DIGITS, options={"colour": "red"}))


def test_without_npucore_the_sentence_reaches_the_user(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "npucore.frigate.detector", None)
    with pytest.raises(ImportError, match="npucore is not installed in Frigate's Python"):
        plugin.NpucoreDetector(config(plugin, DIGITS))


def test_a_file_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["frigate-plugin", "-o", str(tmp_path / "no" / "npucore.py")]) == 2
    assert "cannot write it" in capsys.readouterr().err

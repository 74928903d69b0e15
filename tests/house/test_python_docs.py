# SPDX-License-Identifier: MIT
"""The examples of the pages about Python run; those of docs/python.md cover every command."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from PIL import Image

import npucore
from npucore.cli import COMMANDS
from npucore.demo.evaluate import load_digits
from tests.cli.test_quantize import network
from tests.material.vision.small_detector import write_detector

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "python.md"
PAGES = [PAGE, *(DOCS / f"{name}.md" for name in ("litert", "onnxruntime", "photo-to-boxes"))]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
IN_TABLE = re.compile(r"^\|[^|]*\|([^|]*)\|([^|]*)\|$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the page speaks of, in the folder where its blocks run."""
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    digits = load_digits()
    Image.fromarray(digits.images[0, :, :, 0]).save(tmp_path / "seven.png")
    Image.new("RGB", (64, 48), (200, 10, 0)).save(tmp_path / "street.jpg")
    (tmp_path / "photos").mkdir()
    for number in range(2):
        photo = Image.new("RGB", (40, 40), (60 * number, 90, 200))
        photo.save(tmp_path / "photos" / f"{number}.png")
    write_detector(tmp_path / "yolov10n.tflite")
    network(tmp_path / "model.onnx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_runs_and_gives_what_it_shows(folder: Path, page: Path) -> None:
    blocks = BLOCK.findall(text := page.read_text())
    assert all(block.startswith(">>> ") for block in blocks)
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=FLAGS)
    names: dict[str, object] = {}
    told: list[str] = []
    for block in blocks:
        line = text[: text.index(block)].count("\n")
        test = parser.get_doctest(block, names, page.name, str(page), line)
        runner.run(test, out=told.append, clear_globs=False)
        names = test.globs
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def table() -> list[tuple[list[str], list[str]]]:
    """(functions, commands) that do the same."""
    found = [
        (re.findall(r"`npucore\.(\w+)`", python), re.findall(r"`npucore ([\w-]+)`", command))
        for python, command in IN_TABLE.findall(PAGE.read_text())
    ]
    return [row for row in found if row[0] and row[1]]


def test_every_command_has_its_functions() -> None:
    assert {command for _, commands in table() for command in commands} == {*COMMANDS}


def test_every_function_has_its_command_and_its_example() -> None:
    functions = {name for names, _ in table() for name in names}
    ours = {name for name in npucore.__all__ if callable(getattr(npucore, name))}
    others = {"load", "hookimpl"}
    assert functions == {name for name in ours if name.islower()} - others
    blocks = "".join(BLOCK.findall(PAGE.read_text()))
    assert {name for name in functions if f"npucore.{name}(" not in blocks} == set()

# SPDX-License-Identifier: MIT
"""Every command in a console block of the documentation runs, and prints what the page shows."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.test_quantize import network

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(p for p in (ROOT / "README.md", *DOCS.glob("*.md")) if "```console" in p.read_text())
LONG = {"conformance.md", "run-a-model.md", "will-my-model-run.md", "write-a-backend.md"}
LONG |= {"vsim.md", "vsim-board.md"}  # whose compiler takes seconds
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
TIMED = re.compile(r"\bms\b|\bfps\b|\d s\b")
ELSEWHERE = ("tosa_verif_conformance_generator", "python -m npucore.conformance.tosa")  # with Arm's
MAY_FAIL = {"doctor"}  # which reports by its status what is in the way
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Command:
    """A line behind a ``$``, and the lines that the page shows below it."""

    line: str
    shown: str


def commands(page: Path) -> Iterator[Command]:
    for block in BLOCK.findall(page.read_text()):
        line, shown = "", list[str]()
        for text in [*block.splitlines(), "$ "]:
            if not text.startswith("$ "):
                shown.append(text)
                continue
            if line:
                yield Command(line, "\n".join(shown))
            line, shown = text[2:], []


@dataclass(frozen=True)
class World:
    """A folder with the files that the pages speak of, and one for what they install."""

    folder: Path
    site: Path

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.site), str(ROOT)])
        world = os.environ | {"PYTHONPATH": path, "COLUMNS": "80"}
        return subprocess.run(
            words, cwd=self.folder, env=world, capture_output=True, text=True, check=False
        )

    def install(self, words: list[str]) -> None:
        """Folders are installed; of npucore itself the extras have to be there."""
        for word in words:
            if word.startswith("npucore["):
                extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
                assert word[len("npucore[") : -1] in extras["optional-dependencies"]
            elif word.startswith("./"):
                source = self.folder if (self.folder / word).exists() else ROOT
                options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
                pip = [sys.executable, "-m", "pip", "install", *options, "--target", self.site]
                self.done([*map(str, pip), str(source / word)])
            else:
                raise AssertionError(f"pip install {word}")

    def done(self, words: list[str]) -> str:
        done = self.run(words)
        assert done.returncode == 0 or words[3] in MAY_FAIL, done.stderr + done.stdout
        return done.stdout


@pytest.fixture
def world(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Everything is a copy: what a command writes over a link would be written to its target."""
    pytest.importorskip("onnxruntime", reason="the quantizer, onnxruntime, is not installed")
    folder = tmp_path_factory.mktemp("pages")
    (folder / "photos").mkdir()
    (folder / "models").mkdir()
    models = shared / "models"
    for kind in ("tflite", "images", "labels"):
        for path in (models / kind).iterdir():
            shutil.copyfile(path, folder / path.name)
    for name in ("model.tflite", "models/kws.tflite"):
        shutil.copyfile(models / "tflite" / "mlperf_tiny_kws_int8.tflite", folder / name)
    shutil.copyfile(
        models / "tflite" / "mobilenet_v1_0.25_128_quant.tflite", folder / "mobilenet.tflite"
    )
    yolo = models / "tflite" / "yolov8n_full_integer_quant_224.tflite"
    shutil.copyfile(yolo, folder / "yolov8n.tflite")
    with Image.open(models / "images" / "cat.bmp") as cat:
        for name in (
            "cat.jpg",
            "me.jpg",
            "photo.jpg",
            "street.jpg",
            "photos/0.jpg",
            "photos/1.jpg",
        ):
            cat.convert("RGB").save(folder / name)
    for name in ("model.onnx", "yolov8n.onnx"):
        network(folder / name, 1, 3, 224, 224)
    shutil.copyfile(next((shared / "golden/vsim/mesa").rglob("*.npz")), folder / "capture.npz")
    for program in ("litert/classify.py", "ort/recognize.py"):
        shutil.copy(ROOT / "tests/material" / program, folder)
    return World(folder, tmp_path_factory.mktemp("site"))


def untimed(text: str) -> str:
    """Numbers of lines with times become ``#``."""
    lines = text.splitlines()
    return "\n".join(NUMBER.sub("#", line) if TIMED.search(line) else line for line in lines)


def execute(world: World, line: str) -> str:
    """The output of a line of a shell, its parts one after the other."""
    told = []
    for part in line.split(" && "):
        if part.startswith(ELSEWHERE):
            continue
        program, *rest = shlex.split(part, comments=True)
        if program == "pip":
            assert rest[0] == "install", part
            world.install(rest[1:])
        elif program == "npucore":
            told.append(world.done([sys.executable, "-m", "npucore", *rest]))
        else:
            assert program == "pytest", f"{program}: what is it?"
            told.append(world.done([sys.executable, "-m", "pytest", *rest]))
    return "".join(told)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.name, marks=[pytest.mark.long] if page.name in LONG else [])
        for page in PAGES
    ],
)
def test_every_command_runs_and_prints_what_is_shown(world: World, page: Path) -> None:
    checker = doctest.OutputChecker()
    for command in commands(page):
        told = execute(world, command.line)
        if command.shown.strip():
            want, got = untimed(command.shown) + "\n", untimed(told) + "\n"
            assert checker.check_output(want, got, FLAGS), f"$ {command.line}\n{told}"

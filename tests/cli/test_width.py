# SPDX-License-Identifier: MIT
"""Nothing is wider than the terminal, as COLUMNS or the terminal itself has it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

import npucore
from npucore.cli import main

DIGITS = str(Path(npucore.__file__).parent / "demo" / "digits.tflite")
ROCKET = ("--backend", "rocket")
COMMANDS = [
    ("explain", DIGITS, *ROCKET),
    ("explain", DIGITS, *ROCKET, "--board", "--ops"),
    ("bench", DIGITS, *ROCKET, "--streams", "4", "--ops"),
    ("bench", DIGITS, *ROCKET, "--each"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("columns", [60, 80])
def test_what_columns_says(
    words: tuple[str, ...],
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if columns < 80 and "--ops" in words:
        pytest.skip("a table of ops wants 80 columns")
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert max(map(len, lines)) <= columns


@pytest.mark.slow
@pytest.mark.parametrize("words", [COMMANDS[0], COMMANDS[2]], ids=" ".join)
def test_a_terminal_of_80_columns(words: tuple[str, ...]) -> None:
    text = in_terminal([sys.executable, "-m", "npucore", *words], columns=80)
    assert "convolution" in text or "runs on" in text
    assert max(map(len, text.splitlines())) <= 80


def in_terminal(command: list[str], columns: int) -> str:
    """The output of *command* in a pseudo-terminal, without its escape codes."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    child = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=clean)
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # the child has ended
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert child.wait() == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", b"".join(parts).decode())


@pytest.mark.slow
def test_a_yolo_is_explained_in_25_lines(
    shared: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(shared / "models" / "tflite")
    assert main(["explain", "yolov8n_full_integer_quant_224.tflite", *ROCKET]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80
    name, taken, _, every = lines[1].split()[:4]
    assert (name, every) == ("rocket", "255")
    assert int(taken) >= 0.9 * 255
    assert "softmax" in lines[lines.index("") + 2]  # the one that takes three fifths of the time
    assert any(line.startswith("try next: ") for line in lines)

# SPDX-License-Identifier: MIT
"""On a terminal of 80 columns no table is wrapped; asked of every command, by a pseudo-terminal."""

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

import numpy as np
import pytest

from npucore.cli import COMMANDS
from npucore.cli.parser import command
from tests.material.contract.exporting import DIGITS

COLUMNS = 80
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
IMAGE, ARTEFACT, OUT = "image.npy", "digits.npu", "out.npu"
NETWORK = str(DIGITS)
PROSE = {"bench", "explain"}
"""Commands with tables of their own making, which tests/running and tests/cli look at."""
LONG = {"conformance", "demo"}
WORDS: dict[str, list[str]] = {
    "backends": ["backends"],
    "bench": ["bench", NETWORK, "--runs", "1"],
    "cache": ["cache"],
    "compile": ["compile", NETWORK, "--backend", "rocket", "-o", OUT],
    "conformance": ["conformance", "reference", "--quick", "-k", "test_contract"],
    "convert": ["convert", NETWORK, "-o", "out.tflite"],
    "delegate": ["delegate", "-o", "lib.so"],
    "demo": ["demo"],
    "detect": ["detect", "--help"],
    "devices": ["devices"],
    "disasm": ["disasm", ARTEFACT],
    "doctor": ["doctor"],
    "exec": ["exec", "--help"],
    "explain": ["explain", NETWORK, "--backend", "rocket"],
    "export-trace": ["export-trace", "--help"],
    "frigate-plugin": ["frigate-plugin", "-o", OUT],
    "frontends": ["frontends"],
    "models": ["models"],
    "new-backend": ["new-backend", "my_npu"],
    "new-op": ["new-op", "--help"],
    "quantize": ["quantize", "--help"],
    "run": ["run", NETWORK, "--input", IMAGE, "--backend", "rocket,vsim,reference", "--each"],
    "schema": ["schema"],
    "serve": ["serve", "--help"],
    "show": ["show", NETWORK],
}


def shown(words: list[str], folder: Path) -> tuple[list[str], int]:
    """Lines of a command on a terminal, and its exit status."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "npucore", *words]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    )
    os.close(slave)
    data = b""
    try:
        while part := os.read(master, 1 << 16):
            data += part
    except OSError:  # the other end is closed
        pass
    os.close(master)
    status = process.wait()
    return [CONTROL.sub("", line) for line in data.decode().split("\n")], status


def folder(tmp_path: Path, artefact: bool) -> Path:
    np.save(tmp_path / IMAGE, np.zeros((1, 8, 8, 1), np.int8))
    if artefact:
        import npucore

        npucore.compile(DIGITS, "rocket").write(tmp_path / ARTEFACT)
    return tmp_path


def test_every_command_is_here() -> None:
    assert WORDS.keys() == {*COMMANDS}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.long) if n in LONG else n for n in sorted({*WORDS} - PROSE)],
)
def test_no_line_is_wider_than_the_terminal(name: str, tmp_path: Path) -> None:
    lines, status = shown(WORDS[name], folder(tmp_path, name == "disasm"))
    assert status in (0, 1)
    assert any(lines)
    assert [line for line in lines if len(line) > COLUMNS] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_fit_a_terminal(name: str) -> None:
    lines = command(name).EXAMPLES.splitlines()
    assert [line for line in lines if len(line) > COLUMNS] == []


def test_a_wide_column_stands_beneath_each_row(tmp_path: Path) -> None:
    lines, _ = shown(["backends"], tmp_path)
    (row,) = [number for number, line in enumerate(lines) if line.startswith("vsim ")]
    assert lines[row + 1].startswith("    ")
    assert any("VeriSilicon NPUs" in line for line in lines[row + 1 : row + 3])

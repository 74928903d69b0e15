# SPDX-License-Identifier: MIT
from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import npucore as package
from npucore import plugins
from npucore.cli import COMMANDS, backends

from .conftest import Command

HEAVY = ("numpy", "pydantic", "tflite", "pluggy", "rich", "PIL")


def test_starting_up_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import npucore.cli"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not {name for name in imported if name.partition(".")[0] in HEAVY}


def test_help_takes_little_time(capsys: pytest.CaptureFixture[str]) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "npucore", "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with capsys.disabled():
        print(f" [{seconds * 1e3:.0f} ms of CPU time]", end="")
    assert seconds < 2.0  # a loaded machine may be slow; 0.15 is the aim


def test_version_is_that_of_the_package(npucore: Command) -> None:
    assert npucore("--version").out == f"npucore {package.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_gives_examples(npucore: Command, command: str) -> None:
    done = npucore(command, "--help")
    assert (done.status, f"  npucore {command}" in done.out) == (0, True)


def test_no_command_says_what_to_do_first(npucore: Command) -> None:
    done = npucore()
    assert (done.status, done.err) == (0, "")
    assert len(done.out.splitlines()) < 12
    for command in ("demo", "doctor", "models", "run", "explain", "--help"):
        assert f"npucore {command}" in done.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["rnu"], "npucore: command 'rnu': there is none; did you mean 'run'?; see"),
        (
            ["run", "x", "--inptu", "y"],
            "npucore run: unexpected --inptu y; did you mean '--input'?",
        ),
        (["run", "x", "--placement", "cots"], "npucore run: --placement 'cots': there is none"),
        (["run"], "npucore run: the following arguments are required: MODEL; see"),
        (["run", "model.tinny"], "did you mean 'model.tiny'?"),
        (["doctor", "--backend", "pikcy"], "did you mean 'picky'?"),
    ],
)
def test_a_mistake_is_one_sentence_with_what_is_near(
    npucore: Command, model: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], why: str
) -> None:
    monkeypatch.chdir(model.parent)
    done = npucore(*words)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert why in done.err


def test_an_unknown_command_is_an_error(npucore: Command) -> None:
    assert npucore("dance").status == 2


def test_an_error_is_one_printable_line(npucore: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.tiny"
    path.write_bytes(b"TINY bad")
    assert npucore("show", path) == (2, "", "npucore: x.tiny: bad to the?[31m bone\n")


def test_a_missing_file_is_an_error_without_traceback(npucore: Command, tmp_path: Path) -> None:
    done = npucore("show", tmp_path / "none.tflite")
    assert (done.status, done.err.count("\n")) == (2, 1)


def test_an_interrupt_is_quiet(npucore: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(args: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(backends, "execute", interrupted)
    assert npucore("backends") == (130, "", "")


def test_a_closed_pipe_is_quiet() -> None:
    command = f"{sys.executable} -m npucore --help | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""


class Greeter:
    """A plugin with a command of its own."""

    @staticmethod
    @plugins.hookimpl
    def npucore_register_commands(subparsers: Any) -> None:
        parser = subparsers.add_parser("greet")
        parser.add_argument("--loud", action="store_true")
        parser.set_defaults(execute=lambda args: print("HI" if args.loud else "hi"))


def test_a_plugin_adds_a_command(npucore: Command) -> None:
    plugins.manager.register(Greeter, "greeter")
    try:
        assert npucore("greet", "--loud") == (0, "HI\n", "")
    finally:
        plugins.manager.unregister(name="greeter")


class Clumsy:
    """A plugin that fails to add its command."""

    @staticmethod
    @plugins.hookimpl
    def npucore_register_commands(subparsers: Any) -> None:
        raise RuntimeError("tripped")


def test_a_plugin_that_fails_is_named_as_the_cause(npucore: Command) -> None:
    plugins.manager.register(Clumsy, "clumsy")
    try:
        done = npucore("greet")
    finally:
        plugins.manager.unregister(name="clumsy")
    assert (done.status, "RuntimeError: tripped" in done.err) == (2, True)

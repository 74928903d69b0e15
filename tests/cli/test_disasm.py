# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from npucore.cli import main
from npucore.contract.listing import ListedTask, ListedWord, Listing
from npucore.errors import InputError
from npucore.tensor import Array

from .conftest import HERE, Command, Picky

STRIDES = 0x0201_00000012_1014
WORD = ListedWord("BLOCK", "REGISTER", 4, 7, {"field": 7})


class Speaking(Picky):
    """Can disassemble."""

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing:
        """One task per array, one word."""
        if arrays.keys() == {"bad"}:
            raise InputError("nothing of ours")
        return Listing(
            tuple(
                ListedTask(0, None, (WORD,), (f"{name!r} {a.dtype}",)) for name, a in arrays.items()
            )
        )


@pytest.fixture
def speaking(npucore: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the fake backends can disassemble."""
    monkeypatch.setattr(sys.modules[HERE], "Picky", Speaking)


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """One word in a file."""
    path = tmp_path / "stream.bin"
    path.write_bytes(STRIDES.to_bytes(8, "little"))
    return path


@pytest.mark.usefixtures("speaking")
def test_the_first_backend_that_can_tell_is_asked(npucore: Command, stream: Path) -> None:
    assert npucore("disasm", stream) == (0, "'' uint8\n", "")


@pytest.mark.usefixtures("speaking")
def test_json_has_every_word(npucore: Command, stream: Path) -> None:
    assert json.loads(npucore("disasm", stream, "--json").out) == {
        "tasks": [
            {
                "job": 0,
                "op": None,
                "words": [
                    {
                        "block": "BLOCK",
                        "register": "REGISTER",
                        "offset": 4,
                        "value": 7,
                        "fields": {"field": 7},
                        "address": None,
                    }
                ],
            }
        ]
    }


@pytest.mark.usefixtures("speaking")
def test_an_npy_is_one_array(npucore: Command, tmp_path: Path) -> None:
    np.save(tmp_path / "words.npy", np.zeros(1, np.uint64))
    assert npucore("disasm", tmp_path / "words.npy").out == "'' uint64\n"


@pytest.mark.usefixtures("speaking")
def test_an_npz_has_names(npucore: Command, tmp_path: Path) -> None:
    np.savez(tmp_path / "words.npz", a=np.zeros(1, np.uint64), b=np.zeros(1, np.int8))
    assert npucore("disasm", tmp_path / "words.npz").out == "'a' uint64\n'b' int8\n"


@pytest.mark.usefixtures("speaking")
def test_words_that_nobody_knows_are_refused_with_the_file(
    npucore: Command, tmp_path: Path
) -> None:
    path = tmp_path / "words.npz"
    np.savez(path, bad=np.zeros(1, np.uint64))
    done = npucore("disasm", path)
    assert (done.status, done.err) == (2, f"npucore: {path}: nothing of ours (picky)\n")


def test_a_backend_without_a_disassembler_is_said(npucore: Command, stream: Path) -> None:
    done = npucore("disasm", stream, "--backend", "picky")
    assert (done.status, done.err) == (2, "npucore: picky has no disassembler\n")


def test_a_machine_without_any_disassembler_is_said(npucore: Command, stream: Path) -> None:
    assert "no installed backend has a disassembler" in npucore("disasm", stream).err


def test_a_broken_backend_that_is_named_is_said(npucore: Command, stream: Path) -> None:
    done = npucore("disasm", stream, "--backend", "broken")
    assert (done.status, "No module named" in done.err) == (2, True)


@pytest.mark.parametrize("name", ["gone.bin", "gone.npz"])
def test_a_file_that_is_not_there_is_said(npucore: Command, tmp_path: Path, name: str) -> None:
    done = npucore("disasm", tmp_path / name)
    assert (done.status, "No such file" in done.err) == (2, True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY"], ids=["", "zip", "npy"])
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_a_damaged_array_is_said(
    npucore: Command, tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"words.{suffix}"
    path.write_bytes(content)
    done = npucore("disasm", path)
    assert (done.status, done.err.count("\n")) == (2, 1)


def test_the_rocket_backend_reads_its_words(
    stream: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["disasm", str(stream), "--backend", "rocket"]) == 0
    assert "CONV_CON3" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"", b"123", b"not words at all"], ids=["empty", "odd", "text"]
)
def test_no_words_of_rockets_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "stream.bin"
    path.write_bytes(content)
    assert main(["disasm", str(path), "--backend", "rocket"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

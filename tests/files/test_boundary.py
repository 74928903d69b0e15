# SPDX-License-Identifier: MIT
"""Errors from damaged input become one error with a sentence."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import pytest

from npucore.errors import (
    MOST_CHARACTERS,
    DeviceError,
    InputError,
    InvalidModelError,
    NpucoreError,
)
from npucore.files.boundary import judged, read_file


@pytest.mark.parametrize(
    "raised",
    [
        OverflowError("too large"),
        RecursionError("too deep"),
        struct.error("too short"),
        zlib.error("too strange"),
        KeyError("nothing"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "no text"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_nonsense_becomes_an_error_of_the_input(raised: Exception) -> None:
    sentence = f"the file: {type(raised).__name__}: "
    with pytest.raises(InvalidModelError, match=sentence) as error, judged("the file"):
        raise raised
    assert error.value.__cause__ is raised


def test_too_little_memory_is_said() -> None:
    with pytest.raises(InputError, match="x: it does not fit into memory"), judged("x", InputError):
        raise MemoryError


@pytest.mark.parametrize(
    "raised", [DeviceError("gone"), AssertionError("ours"), KeyboardInterrupt()], ids=repr
)
def test_what_is_no_nonsense_stays(raised: BaseException) -> None:
    with pytest.raises(type(raised)) as error, judged("the file"):
        raise raised
    assert error.value is raised


def test_sentences_have_an_end() -> None:
    text = str(NpucoreError("a" * 300 + "b" * 300))
    assert len(text) <= MOST_CHARACTERS
    assert text.startswith("aaa")
    assert " ... " in text
    assert text.endswith("bbb")
    assert str(NpucoreError("c" * MOST_CHARACTERS)) == "c" * MOST_CHARACTERS


def test_files_without_an_end_are_refused() -> None:
    start = time.process_time()
    with pytest.raises(InputError, match="/dev/zero: more than 1,048,577 bytes"):
        read_file("/dev/zero", (1 << 20) + 1)
    assert time.process_time() - start < 1


def test_files_are_read_to_their_end(tmp_path: Path) -> None:
    (path := tmp_path / "x").write_bytes(bytes(range(256)) * 5000)
    assert read_file(path) == path.read_bytes()
    assert read_file(path, 1_280_000) == path.read_bytes()
    with pytest.raises(InputError, match="more than 1,279,999 bytes"):
        read_file(path, 1_279_999)
    with pytest.raises(InputError, match="No such file"):
        read_file(tmp_path / "none")

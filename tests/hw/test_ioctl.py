# SPDX-License-Identifier: MIT
from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from npucore.hw.ioctl import READ, WRITE, Linux, call, request


class Winsize(ctypes.Structure):
    _fields_ = (("rows", ctypes.c_ushort * 4),)


def test_a_request_has_direction_size_kind_and_number() -> None:
    assert request(READ | WRITE, "d", 0x00, 64) == 0xC0406400
    assert request(WRITE, "d", 0x09, 8) == 0x40086409


def test_the_real_kernel_opens_maps_and_closes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(4096))
    kernel = Linux()
    fd = kernel.open(str(path))
    mapping = kernel.mmap(fd, 4096, 0)
    mapping[:4] = b"npu!"
    mapping.close()
    kernel.close(fd)
    assert path.read_bytes()[:4] == b"npu!"
    assert kernel.listdir(str(tmp_path)) == ["file"]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


def test_the_real_kernel_reports_what_a_call_says(tmp_path: Path) -> None:
    kernel = Linux()
    fd = kernel.open(os.devnull)
    try:
        with pytest.raises(OSError, match="Inappropriate ioctl"):
            call(kernel, fd, request(READ, "T", 0x13, 8), Winsize())
    finally:
        kernel.close(fd)


class Interrupted(Linux):
    """Every call is interrupted twice."""

    def __init__(self) -> None:
        self.calls = 0

    def ioctl(self, fd: int, number: int, argument: ctypes.Structure) -> None:
        self.calls += 1
        if self.calls < 3:
            raise InterruptedError


def test_an_interrupted_call_is_made_again() -> None:
    kernel = Interrupted()
    call(kernel, 0, 0, Winsize())
    assert kernel.calls == 3


def test_the_clock_is_the_one_that_deadlines_are_measured_by() -> None:
    assert 0 <= Linux().clock_ns(0) <= Linux().clock_ns(0)


def test_the_real_kernel_shows_words_and_tells_who_has_locked_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(4096))
    kernel = Linux()
    first, second = (kernel.open(str(path)) for _ in range(2))
    words = kernel.words(first, 4096, 0)
    words[3] = 0x01020304
    assert (words[3], words[4]) == (0x01020304, 0)
    words.release()
    kernel.lock(first)
    with pytest.raises(BlockingIOError):
        kernel.lock(second)
    kernel.close(first)
    kernel.lock(second)
    kernel.close(second)
    assert path.read_bytes()[12:16] == b"\x04\x03\x02\x01"


def test_the_real_kernel_waits_for_what_there_is_to_read() -> None:
    kernel = Linux()
    reader, writer = os.pipe()
    assert not kernel.poll(reader, 1000)
    kernel.write(writer, b"npu!")
    assert kernel.poll(reader, 0)
    assert kernel.read(reader, 4) == b"npu!"
    before = kernel.clock_ns(reader)
    kernel.sleep(reader, 1_000_000)
    assert kernel.clock_ns(reader) - before >= 1_000_000
    os.close(reader)
    os.close(writer)

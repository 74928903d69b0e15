# SPDX-License-Identifier: MIT
"""The prebuilt libraries: the one for this computer, and what is written into its slots."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from npucore.errors import InputError, UnsupportedError
from npucore.native.environment import Environment

FOLDER = Path(__file__).with_name("shims")
SLOT_BYTES = 2048
MARK_BYTES = 16
LIBPYTHON, HOME, SITES = b"@npu:libpython@", b"@npu:home@", b"@npu:sites@"
GLIBC, MUSL = "gnu", "musl"
ALIASES = {"amd64": "x86_64", "arm64": "aarch64"}


def library() -> Path:
    """The library for this computer. Raises `UnsupportedError` where none is built."""
    found = FOLDER / f"{this_platform()}.so"
    if not found.is_file():
        known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.so")))
        raise UnsupportedError(f"no library for {found.stem}; there are {known}")
    return found


def this_platform() -> str:
    """Machine, system and C library: ``x86_64-linux-gnu``."""
    machine = platform.machine().lower()
    return f"{ALIASES.get(machine, machine)}-{platform.system().lower()}-{libc()}"


def libc() -> str:
    """The C library that this Python uses."""
    try:
        return GLIBC if os.confstr("CS_GNU_LIBC_VERSION") else MUSL
    except ValueError:  # other C libraries do not know the name
        return MUSL


def bound(data: bytes, environment: Environment) -> bytes:
    """A library whose slots say which Python programs in other languages are to start.

    Raises `InputError` for what a slot cannot hold.
    """
    if colon := [site for site in environment.sites if os.pathsep in site]:
        raise InputError(f"{colon[0]}: a path with {os.pathsep!r} cannot be noted in a library")
    data = _filled(data, LIBPYTHON, environment.libpython)
    data = _filled(data, HOME, environment.home)
    return _filled(data, SITES, os.pathsep.join(environment.sites))


def is_library(data: bytes) -> bool:
    """Whether it is one of these, whatever its slots say."""
    return all(data.count(_whole(mark)) == 1 for mark in (LIBPYTHON, HOME, SITES))


def slot(data: bytes, mark: bytes) -> str:
    """The text in the slot of *mark*."""
    start = _start(data, mark)
    return os.fsdecode(data[start : start + _room()].split(b"\0", 1)[0])


def _filled(data: bytes, mark: bytes, text: str) -> bytes:
    start, raw = _start(data, mark), os.fsencode(text)
    if len(raw) >= _room():
        raise InputError(f"{len(raw)} bytes of paths, and a library has room for {_room() - 1}")
    return data[:start] + raw.ljust(_room(), b"\0") + data[start + _room() :]


def _room() -> int:
    return SLOT_BYTES - MARK_BYTES


def _start(data: bytes, mark: bytes) -> int:
    """Where the text behind *mark* begins."""
    return data.index(_whole(mark)) + MARK_BYTES


def _whole(mark: bytes) -> bytes:
    return mark.ljust(MARK_BYTES, b"\0")

# SPDX-License-Identifier: MIT
"""A folder of archives by key, bounded in size, that processes share: docs/adr/0040.

An entry appears whole or not at all, and is verified when it is read. Nothing here ever fails a
run: what cannot be read is not there, and what cannot be written is not kept.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from npucore.errors import InputError, InvalidModelError
from npucore.files import archive
from npucore.files.atomic import TEMPORARY, replacing
from npucore.files.boundary import read_file
from npucore.files.document import Document
from npucore.tensor import Array

VARIABLE = "NPUCORE_CACHE"
OFF = ("0", "off", "no", "none")
UNITS = {"": 0, "K": 10, "M": 20, "G": 30}
MOST_BYTES = 1 << 30
SUFFIX = ".npu"
NAME = re.compile(r"[0-9a-f]{64}\.npu")
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
ABANDONED_SECONDS = 3600  # after which an unfinished file has nobody to finish it


def size_of(text: str) -> int | None:
    """A count of bytes from a text, K, M and G being powers of 1024; None for what is none.

    >>> size_of("512M"), size_of("x")
    (536870912, None)
    """
    number, unit = text[:-1], text[-1:].upper()
    if unit not in UNITS or not unit:
        number, unit = text, ""
    if not (number.isascii() and number.isdigit() and int(number[:20]) > 0):
        return None
    return int(number[:20]) << UNITS[unit]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder, its size, and when it was last used, in seconds since 1970."""

    path: Path
    size_bytes: int
    used: float


@dataclass(slots=True)
class Cache:
    """Entries in *folder*, of *most_bytes* in all; those that were not used for longest go first.

    *trouble* is why the last entry was not kept, None if nothing was in the way.
    """

    folder: Path
    most_bytes: int = MOST_BYTES
    trouble: str | None = field(default=None, init=False)

    def read(self, key: str) -> tuple[Document, dict[str, Array]] | None:
        """The entry under *key*; None if there is none that is whole, and ours."""
        path = self._path(key)
        try:
            if self._not_ours() is not None or not path.is_file():
                return None
            manifest, arrays = archive.unpack(read_file(path), sealed=True)
            if manifest["key"].text() != key:
                manifest["key"].invalid(key)
        except (InputError, OSError):
            return None
        except InvalidModelError:
            self.drop(key)
            return None
        with suppress(OSError):
            os.utime(path)
        return manifest, arrays

    def write(self, key: str, manifest: Mapping[str, object], arrays: Mapping[str, Array]) -> bool:
        """Keep this under *key*; whether that was possible, else *trouble* says why not."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.trouble = self._not_ours()
            data = b"" if self.trouble else archive.pack({**manifest, "key": key}, arrays)
            if len(data) > self.most_bytes:
                self.trouble = f"{len(data):,} bytes are more than the cache may hold"
            if self.trouble is None:
                self._make_room(len(data))
                with replacing(self._path(key)) as file:
                    file.write(data)
        except (InputError, OSError) as error:
            self.trouble = str(error)
        return self.trouble is None

    def drop(self, key: str) -> None:
        """Forget an entry."""
        with suppress(OSError):
            self._path(key).unlink()

    def entries(self) -> list[Entry]:
        """All of them, the one that was last used first."""
        return sorted(self._entries(), key=lambda entry: -entry.used)

    def clear(self) -> int:
        """Forget all entries; how many there were. Raises `InputError` for one that has to stay."""
        entries = self.entries()
        for entry in entries:
            try:
                entry.path.unlink(missing_ok=True)
            except OSError as error:
                raise InputError(f"{entry.path}: cannot remove it: {error.strerror}") from error
        return len(entries)

    def objection(self) -> str | None:
        """Why nothing is kept; None if nothing is in the way."""
        there = next(f for f in (self.folder, *self.folder.parents) if f.exists())
        if there != self.folder:
            writable = os.access(there, os.W_OK | os.X_OK)
            return None if writable else f"{there} is write-protected"
        if (why := self._not_ours()) is not None:
            return why
        writable = os.access(there, os.W_OK | os.X_OK)
        return None if writable else f"{there} is write-protected"

    def _not_ours(self) -> str | None:
        """Why nobody may trust the folder's content; None if only this user can have written it."""
        try:
            status = self.folder.stat()
        except OSError as error:
            return f"{self.folder}: {error.strerror or error}"
        if status.st_uid != os.geteuid():
            return f"{self.folder} belongs to another user"
        if status.st_mode & OTHERS_WRITE:
            return f"{self.folder} can be written to by others (chmod go-w)"
        return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def _entries(self) -> Iterator[Entry]:
        try:
            found = [entry for entry in os.scandir(self.folder) if NAME.fullmatch(entry.name)]
        except OSError:
            return
        for entry in found:
            with suppress(OSError):  # another process may just have removed it
                status = entry.stat(follow_symlinks=False)
                yield Entry(Path(entry.path), status.st_size, status.st_mtime)

    def _make_room(self, size_bytes: int) -> None:
        """Remove what was not used for longest, and what an interrupted process has left."""
        for path in self.folder.glob(f"{TEMPORARY}*"):
            with suppress(OSError):
                if path.stat().st_mtime < time() - ABANDONED_SECONDS:
                    path.unlink()
        entries = self.entries()
        total = size_bytes + sum(entry.size_bytes for entry in entries)
        while total > self.most_bytes and entries:
            oldest = entries.pop()
            total -= oldest.size_bytes
            with suppress(OSError):
                oldest.path.unlink()


Choice = Cache | str | Path | bool | None
"""A cache or its folder; True or None for the usual one, False for none."""


def cache_of(choice: Choice = None) -> Cache | None:
    """The cache that a caller chooses; None for none.

    The usual one is ``npucore`` below XDG_CACHE_HOME, by default ~/.cache; NPUCORE_CACHE turns it
    off (0) or says how much it may hold (512M). Raises `InputError` for any other value of it.
    """
    if choice is False or isinstance(choice, Cache):
        return choice or None
    said = os.environ.get(VARIABLE, "").strip()
    if choice is None and said.lower() in OFF:
        return None
    most = MOST_BYTES if not said or said.lower() in OFF else size_of(said)
    if most is None:
        raise InputError(f"{VARIABLE}={said}: wanted 0 or a size as 512M or 4G")
    if isinstance(choice, str | Path):
        return Cache(Path(choice), most)
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # nobody knows where it is
        return None
    return Cache(Path(home) / "npucore", most)

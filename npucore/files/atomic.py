# SPDX-License-Identifier: MIT
"""Files that appear complete or not at all."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from npucore.errors import InputError

TEMPORARY = ".npucore-"  # what names of unfinished files begin with
NEW_MODE = 0o666  # less what the user's umask takes away

_unfinished: set[tuple[int, str]] = set()  # the process, and what it is about to finish or remove


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of *path* when all has been written.

    A regular file is replaced by one with its mode and, where that is allowed, its owner; a link is
    followed. To a character device or a FIFO the bytes are written once all of them are there: it
    stays what it is. Raises `InputError` if the place cannot be written to, and for anything else
    that is no regular file; an error inside leaves *path* alone.
    """
    try:
        old = _status(path)
        if old is None or stat.S_ISREG(old.st_mode):
            with _replaced(os.path.realpath(path), old) as file:
                yield file
        else:
            buffer = io.BytesIO()
            yield buffer
            _send(path, buffer)
    except OSError as error:
        raise InputError(f"{path}: cannot write it: {error.strerror or error}") from error


@contextmanager
def scratch_folder(beside: Path | None = None) -> Iterator[Path]:
    """A folder for temporary files, *beside* what they are to become."""
    folder = tempfile.mkdtemp(prefix=TEMPORARY if beside else "npucore-", dir=beside)
    _unfinished.add(mark := (os.getpid(), folder))
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished.discard(mark)


def remove_unfinished() -> None:
    """Remove what this process has not finished, because it ends now."""
    for process, path in list(_unfinished):
        if process == os.getpid():
            with suppress(OSError):
                os.unlink(path)
            shutil.rmtree(path, ignore_errors=True)


def check_writable(path: str | Path) -> None:
    """Raise `InputError` early for a place that `replacing` could not write to."""
    try:
        old = _status(path)
    except OSError as error:
        raise InputError(f"{path}: cannot write it: {error.strerror or error}") from error
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise InputError(f"{path}: no such folder")
    if (old is None or stat.S_ISREG(old.st_mode)) and not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{path}: cannot write it: its folder is write-protected")


def _status(path: str | Path) -> os.stat_result | None:
    """The file at a path, None if there is none. Raises `OSError` if it must not be written."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError("it is a folder")
    if stat.S_ISBLK(status.st_mode) or stat.S_ISSOCK(status.st_mode):
        raise OSError("it is no regular file")
    if not os.access(path, os.W_OK):
        raise PermissionError("it is write-protected")
    return status


@contextmanager
def _replaced(target: str, old: os.stat_result | None) -> Iterator[BinaryIO]:
    # The name does not grow with the target's, which may be as long as names can be.
    temporary = os.path.join(os.path.dirname(target), f"{TEMPORARY}{secrets.token_hex(8)}")
    _unfinished.add(mark := (os.getpid(), temporary))
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, NEW_MODE)
        with open(descriptor, "wb") as file:
            yield file
            if old is not None:
                with suppress(PermissionError):
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            os.unlink(temporary)
        _unfinished.discard(mark)


def _send(path: str | Path, buffer: io.BytesIO) -> None:
    """Write to a device or a FIFO, waiting for its reader."""
    with open(os.open(path, os.O_WRONLY), "wb") as file:
        file.write(buffer.getbuffer())

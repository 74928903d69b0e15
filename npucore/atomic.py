# SPDX-License-Identifier: MIT
"""Files that appear complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from npucore.errors import InputError


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of *path* when all has been written.

    Raises `InputError` if the place cannot be written to; an error inside leaves *path* alone.
    """
    target = Path(os.path.realpath(path))  # a link is followed, not replaced
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with temporary.open("xb") as file:
            yield file
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"{path}: cannot write it: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()

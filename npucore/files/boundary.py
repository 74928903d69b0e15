# SPDX-License-Identifier: MIT
"""Errors of untrusted input, turned into one error with a sentence.

Each entrance (a reader, arrays and images, a session, an artefact) stands in one `judged`; nothing
behind it has to foresee what numpy, struct or a parser make of damaged input.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from npucore.errors import InputError, InvalidModelError, NpucoreError, did_you_mean

DAMAGE = (
    ArithmeticError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,  # of which RecursionError
    SyntaxError,  # in the header of an array, which is a Python expression
    TypeError,
    ValueError,  # of which UnicodeDecodeError
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""Errors that damaged input raises; an AssertionError is a mistake of ours."""

LARGEST_FILE_BYTES = (1 << 31) - 1  # what protobuf and flatbuffers can address
CHUNK_BYTES = 1 << 20
IN_MEMORY = "<bytes>"
"""The name in messages of what is no file."""


@contextmanager
def judged(what: str, error: type[NpucoreError] = InvalidModelError) -> Iterator[None]:
    """Turn what damaged input raises into *error*, with *what* in front of the reason.

    An `NpucoreError` stays as it is.
    """
    try:
        yield
    except NpucoreError:
        raise
    except MemoryError as raised:
        raise error(f"{what}: it does not fit into memory") from raised
    except DAMAGE as raised:
        raise error(f"{what}: {type(raised).__name__}: {raised}") from raised


def not_opened(path: str | Path, error: OSError) -> InputError:
    """The error for a file that cannot be opened: why, and what is like it where there is none."""
    hint = ""
    if isinstance(error, FileNotFoundError):
        with suppress(OSError):
            hint = did_you_mean(Path(path).name, os.listdir(Path(path).parent))
    return InputError(f"{path}: {error.strerror or error}{hint}")


def read_file(path: str | Path, most: int = LARGEST_FILE_BYTES) -> bytes:
    """The content of a file, which may be a pipe. Raises `InputError` for more than *most* bytes.

    Devices may have no end, so that no size is asked for and nothing is read beyond the limit.
    """
    parts, size = [], 0
    try:
        with open(path, "rb") as file:
            while part := file.read(min(CHUNK_BYTES, most + 1 - size)):
                parts.append(part)
                size += len(part)
                if size > most:
                    raise InputError(f"{path}: more than {most:,} bytes")
    except OSError as error:
        raise not_opened(path, error) from error
    return b"".join(parts)

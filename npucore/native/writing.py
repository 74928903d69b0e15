# SPDX-License-Identifier: MIT
"""A library in its place: bound to the Python that runs, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from npucore.errors import InputError, PluginError
from npucore.files.atomic import replacing
from npucore.native.environment import Environment, this_environment
from npucore.native.library import bound, is_library, library, this_platform


@dataclass(frozen=True, slots=True)
class WrittenDelegate:
    """A library that was written: for what platform, of what size, and what Python it starts."""

    path: Path
    platform: str
    size_bytes: int
    environment: Environment

    def check(self) -> None:
        """Have a fresh process make a delegate with it, and raise `PluginError` if it cannot."""
        command = (sys.executable, "-m", "npucore.native.check", os.path.abspath(self.path))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"the process ends with {done.returncode}"
            raise PluginError(f"{self.path} is written, but makes no delegate: {said}")


def write_delegate(path: str | Path, *, force: bool = False) -> WrittenDelegate:
    """Write the library that LiteRT loads as a delegate.

    In a Python program it uses that one's npucore; other programs start the Python that runs now.
    Raises `UnsupportedError` on a platform without a library, and `InputError` if the place cannot
    be written to, or holds another library and *force* does not say that it is to be replaced.
    """
    environment, path = this_environment(), Path(path)
    data = bound(library().read_bytes(), environment)
    if path.is_file() and not (force or is_library(path.read_bytes())):
        raise InputError(f"{path} is not npucore's: --force replaces it")
    with replacing(path) as file:
        file.write(data)
    return WrittenDelegate(path, this_platform(), len(data), environment)

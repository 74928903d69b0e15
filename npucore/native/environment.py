# SPDX-License-Identifier: MIT
"""The Python that runs, as programs in other languages can start it: its library, its packages."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("site-packages", "dist-packages")
LIBDIR, LIBPL, MULTIARCH, NAME = "LIBDIR", "LIBPL", "MULTIARCH", "INSTSONAME"


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python to start.

    Parameters
    ----------
    libpython
        Its shared library; empty if there is none.
    home
        What its own modules lie beneath, as ``PYTHONHOME`` has it.
    sites
        Folders of packages.
    """

    libpython: str
    home: str
    sites: tuple[str, ...]


def this_environment() -> Environment:
    """The one that runs."""
    return Environment(_libpython(), _home(), _sites())


def _libpython() -> str:
    return next((str(path) for path in _candidates() if path.is_file()), "")


def _home() -> str:
    return os.pathsep.join(dict.fromkeys((sys.base_prefix, sys.base_exec_prefix)))


def libpython_name() -> str:
    """The file's name: a Python that is one program has none, but may come with one."""
    name = str(sysconfig.get_config_var(NAME) or "")
    if ".so" in name:
        return name
    return f"libpython{sys.version_info.major}.{sys.version_info.minor}.so.1.0"


def _candidates() -> Iterator[Path]:
    name = libpython_name()
    folders = [str(sysconfig.get_config_var(key) or "") for key in (LIBDIR, LIBPL)]
    folders.append(os.path.join(sys.base_prefix, "lib"))
    for folder in filter(None, folders):
        yield Path(folder, name)
        yield Path(folder, str(sysconfig.get_config_var(MULTIARCH) or ""), name)


def _sites() -> tuple[str, ...]:
    folders = (path for path in sys.path if path.endswith(PACKAGES) and os.path.isdir(path))
    return tuple(dict.fromkeys(map(os.path.abspath, folders)))

# SPDX-License-Identifier: MIT
"""The Python that runs, as programs in other languages can start it: its library, its packages."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("site-packages", "dist-packages")
LIBDIR, LIBPL, MULTIARCH, NAME = "LIBDIR", "LIBPL", "MULTIARCH", "INSTSONAME"


def libpython() -> str:
    """The shared library of this Python; empty if none is installed."""
    return next((str(path) for path in _candidates() if path.is_file()), "")


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


def sites() -> list[str]:
    """The folders of this environment's packages, in the order of ``sys.path``."""
    folders = (path for path in sys.path if path.endswith(PACKAGES) and os.path.isdir(path))
    return list(dict.fromkeys(map(os.path.abspath, folders)))

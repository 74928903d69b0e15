# SPDX-License-Identifier: MIT
"""The identity of the code that compiles, so that programs of other code are not taken for its."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from importlib import metadata, util

import numpy as np

from npucore import plugins

GROUPS = (plugins.BACKENDS, plugins.FRONTENDS, plugins.HOOKS_ONLY)
NO_CODE = "__pycache__"


def identity() -> str | None:
    """A digest of npucore and all plugins as they are installed, and of what they run on.

    Of an installed distribution the RECORD counts, which has a hash of every file; of an editable
    one the size and the time of every file of its packages. None if they cannot be found. Imports
    no plugin.
    """
    said = {f"numpy {np.__version__}", platform.python_version()}
    installed: dict[str, metadata.Distribution | None] = {"npucore": _npucore()}
    for group in GROUPS:
        for name, entries in plugins.names(group).items():
            said.update(f"{group} {name} {entry.value}" for entry in entries)
            installed |= {entry.module.partition(".")[0]: entry.dist for entry in entries}
    try:
        for package, distribution in installed.items():
            said.update(_recorded(distribution) or _files(package))
    except (ImportError, OSError, ValueError):
        return None
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def _npucore() -> metadata.Distribution | None:
    try:
        return metadata.distribution("npucore")
    except metadata.PackageNotFoundError:
        return None


def _recorded(distribution: metadata.Distribution | None) -> list[str]:
    """A distribution's record of its files; nothing if they may change where they are."""
    if distribution is None:
        return []
    if "editable" in (distribution.read_text("direct_url.json") or ""):
        return []
    record = distribution.read_text("RECORD")
    return [] if record is None else [record]


def _files(package: str) -> Iterator[str]:
    """A line for each file of a package."""
    spec = util.find_spec(package)
    if spec is None:
        raise ImportError(package)
    if spec.submodule_search_locations is None:
        yield _line(spec.origin or "", os.stat(spec.origin or ""))
    for folder in spec.submodule_search_locations or ():
        yield from _below(folder)


def _below(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name == NO_CODE:
            continue
        if entry.is_dir():
            yield from _below(entry.path)
        else:
            yield _line(entry.path, entry.stat())


def _line(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns}"

# SPDX-License-Identifier: MIT
"""A new backend: a distribution that works, to be changed part by part."""

from __future__ import annotations

import keyword
import re
import secrets
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from npucore.errors import InputError

EXAMPLE = "minimal"  # what the skeleton calls itself
FILES = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "backend.py.txt": "npucore_{name}/__init__.py",
    "gaps.toml.txt": "npucore_{name}/gaps.toml",
}
"""File of the skeleton -> where it goes."""

WANTED = re.compile("[a-z][a-z0-9_]*")


def files(name: str) -> Iterator[tuple[Path, str]]:
    """Path and content of everything that a backend called *name* consists of.

    Raises `InputError` for a name that is no word of small letters, digits and ``_``.
    """
    if not WANTED.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(f"backend name {name!r}, wanted small letters, digits and _, as my_npu")
    kind = "".join(part.capitalize() for part in name.split("_"))
    for source, target in FILES.items():
        text = resources.files(__package__).joinpath("skeleton", source).read_text("utf-8")
        text = text.replace(EXAMPLE.capitalize(), kind).replace(EXAMPLE, name)
        text = text.replace(f"npucore-{name}", f"npucore-{name.replace('_', '-')}")
        yield Path(target.format(name=name)), text


def default_folder(name: str) -> Path:
    """Where the backend *name* goes by default: below the folder that one is in."""
    return Path(f"npucore-{name.replace('_', '-')}")


def new_backend(name: str, folder: str | Path | None = None) -> list[Path]:
    """Write the skeleton of a backend called *name*, a distribution that works; return its files.

    *folder* is new, by default ``npucore-NAME``. Raises `InputError` for one that exists or cannot
    be written, and for a name that is no word of small letters, digits and ``_``.
    """
    return write(name, default_folder(name) if folder is None else Path(folder))


def write(name: str, folder: Path) -> list[Path]:
    """Write the files below *folder*, which must not exist yet; return their paths."""
    found = list(files(name))
    if folder.exists():
        raise InputError(f"{folder} exists already")
    fresh = folder.with_name(f".npucore-{secrets.token_hex(8)}")
    try:
        for path, text in found:
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).write_text(text, encoding="utf-8")
        fresh.rename(folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot write it: {error.strerror or error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [folder / path for path, _ in found]

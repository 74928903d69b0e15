# SPDX-License-Identifier: MIT
"""A new operation: the files of one name that make an op, to be filled in."""

from __future__ import annotations

import keyword
import re
import secrets
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from npucore.errors import InputError
from npucore.ops import class_name

EXAMPLE = "example"  # what the skeleton calls itself
FILES = {
    "op.py.txt": "npucore/ops/{name}.py",
    "kernel.py.txt": "npucore/reference/{name}.py",
    "tflite.py.txt": "frontends/tflite/npucore_tflite/ops/{name}.py",
    "writing.py.txt": "frontends/tflite/npucore_tflite/writing/ops/{name}.py",
    "onnx.py.txt": "frontends/onnx/npucore_onnx/ops/{name}.py",
    "cases.py.txt": "npucore/conformance/cases/{name}.py",
    "test.py.txt": "tests/ops/test_{name}.py",
}
"""File of the skeleton -> where it goes in a checkout."""

PUBLIC = Path("npucore/ops/__init__.py")
WANTED = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*")


def public_line(name: str) -> str:
    """The line by which the op is public, in `PUBLIC`."""
    kind = class_name(name)
    return f"from npucore.ops.{name} import {kind} as {kind}"


def checkout(folder: Path) -> Path:
    """The checkout of npucore that *folder* is in. Raises `InputError` if it is in none."""
    whole = folder.resolve()
    for root in (whole, *whole.parents):
        if (root / PUBLIC).is_file() and (root / "pyproject.toml").is_file():
            return root
    raise InputError(f"{folder} is in no checkout of npucore, where an op's files would go")


def files(name: str) -> Iterator[tuple[Path, str]]:
    """Path in a checkout and content of all files of an op called *name*."""
    kind = class_name(name)
    for source, target in FILES.items():
        text = resources.files(__package__).joinpath("op_skeleton", source).read_text("utf-8")
        text = text.replace(EXAMPLE.capitalize(), kind).replace(EXAMPLE.upper(), name.upper())
        yield Path(target.format(name=name)), text.replace(EXAMPLE, name)


def new_op(name: str, folder: str | Path = ".") -> list[Path]:
    """Write the files of an operation into the checkout that *folder* is in, all or none.

    Returns their paths. Raises `InputError` for a bad name, a file that exists, or no checkout.
    """
    if not WANTED.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(f"op name {name!r}, wanted small letters, digits and _, as my_op")
    root = checkout(Path(folder))
    found = [(root / path, text) for path, text in files(name)]
    for path, _ in found:
        if path.exists():
            raise InputError(f"{path} exists already")
    _write(found)
    return [path for path, _ in found]


def _write(found: Sequence[tuple[Path, str]]) -> None:
    """Beside where they go at first, so that what fails on the way leaves nothing."""
    hidden: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, text in found:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
            beside.touch()
            hidden[beside] = path
            beside.write_text(text, encoding="utf-8")
        for beside, path in hidden.items():
            beside.rename(path)
            done.append(path)
    except OSError as error:
        for path in (*hidden, *done):
            path.unlink(missing_ok=True)
        raise InputError(f"{found[0][0]}: cannot write it and its like: {error}") from error

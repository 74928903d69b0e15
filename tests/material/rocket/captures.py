# SPDX-License-Identifier: MIT
"""Tasks of captured streams, and their words as text.

``python -m tests.material.rocket.captures CAPTURE.npz TASK`` prints a task as
`tests/material/rocket/golden` keeps it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from npucore_rocket.disasm import CAPTURED
from npucore_rocket.registers import by_name
from npucore_rocket.stream import (
    BARRIER,
    FILLER,
    Barrier,
    Filler,
    Start,
    Words,
    Write,
    decode,
    write,
)


def tasks(folder: Path) -> Iterator[tuple[str, Words]]:
    """Every task of every capture, with a name."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as arrays:
            for name in arrays.files:
                if CAPTURED.fullmatch(name):
                    yield f"{path.stem} {name}", arrays[name]


def to_text(words: Words) -> str:
    """One word per line: the register's name and its value."""
    lines = []
    for item in decode(words):
        match item:
            case Write(register=register, value=value) if register is not None:
                lines.append(f"{register.__name__} = {value:#010x}")
            case Start(mask=mask):
                lines.append(f"start = {mask:#010x}")
            case Filler() | Barrier():
                lines.append(type(item).__name__.lower())
            case _:
                raise ValueError(f"{item} has no name")
    return "\n".join(lines) + "\n"


def from_text(text: str) -> Words:
    """The words of such lines; those that begin with # are skipped."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return np.array([_word(*line.split(" = ")) for line in lines], np.uint64)


def _word(name: str, value: str = "0") -> int:
    match name:
        case "filler":
            return FILLER
        case "barrier":
            return BARRIER
        case "start":
            return Start(int(value, 16)).word
    return write(by_name(name).decode(int(value, 16)))


if __name__ == "__main__":
    with np.load(sys.argv[1]) as capture:
        print(to_text(capture[sys.argv[2]]), end="")

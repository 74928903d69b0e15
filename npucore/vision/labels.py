# SPDX-License-Identifier: MIT
"""Names of classes."""

from __future__ import annotations

import re
from pathlib import Path

from npucore.boundary import read_file
from npucore.errors import InputError

LARGEST_BYTES = 1 << 24
NAMELESS = ("n/a", "???")  # how COCO's lists mark the numbers that no class has
_NUMBERED = re.compile(r"\s*(\d+)\s*[:\s]\s*(\S.*)")


def load_labels(path: str | Path) -> dict[int, str]:
    """Read the names of classes by their index; an index that has no name is absent.

    Two forms: one name per line, the first of index 0; or ``0  person`` and ``0: person`` in
    every line. The list ends at its first empty line: what follows is a remark.

    Raises `InputError` for a file that cannot be read or names nothing.
    """
    try:
        text = read_file(path, LARGEST_BYTES).decode("utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: labels must be text in UTF-8") from error
    if labels := parse_labels(text):
        return labels
    raise InputError(f"{path}: no labels; wanted one name per line")


def parse_labels(text: str) -> dict[int, str]:
    r"""The names in *text*, see `load_labels`.

    >>> parse_labels("person\nn/a\ncar\n\na remark")
    {0: 'person', 2: 'car'}
    >>> parse_labels("1  person\n7: traffic light")
    {1: 'person', 7: 'traffic light'}
    """
    head, _, _ = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).strip("\n").partition("\n\n")
    lines = head.splitlines()
    numbered = [match for line in lines if (match := _NUMBERED.fullmatch(line))]
    names = {int(match[1]): match[2].strip() for match in numbered}
    if len(names) < len(lines):  # some line has no number, or two have the same: "2 of hearts"
        names = {index: line.strip() for index, line in enumerate(lines)}
    return {index: name for index, name in names.items() if name and name not in NAMELESS}

# SPDX-License-Identifier: MIT
"""Label files of one class per line."""

from __future__ import annotations

import csv
import re

from npucore.errors import InputError

Labels = dict[int, str]

_STRONG = re.compile(r"\s*(\d+)\s*(?:[:=\t,;]|\s{2})\s*(\S.*)")  # nothing else begins like that
_WEAK = re.compile(r"\s*(\d+)\s(\S.*)")  # "0 person", but also "16 gauge wire"
_SYNSET = re.compile(r"n\d{8}\s+(\S.*)")
DENSE = 0.5  # of the numbers up to the largest that weakly numbered lines must use

NAME_COLUMNS = ("display_name", "class_name", "name", "label", "class", "category", "names")
INDEX_COLUMNS = ("index", "id", "class_id", "classid", "idx", "number", "label_id", "category_id")


class UnclearError(InputError):
    """Empty lines between names, which only the number of classes can explain."""


def parse(text: str, classes: int | None) -> Labels:
    """Names by index, nameless ones as empty texts; raises `InputError` as `load_labels` does."""
    rows = [line.strip() for line in text.split("\n") if not line.lstrip().startswith("#")]
    while rows and not rows[-1]:
        rows.pop()
    while rows and not rows[0]:
        del rows[0]
    if not rows:
        return {}
    filled = [row for row in rows if row]
    if filled[0].startswith("<") or any(row.endswith("{") or row in "{}[]" for row in filled):
        raise InputError("a structure that is no known form of labels")
    if (found := _table(filled)) is not None:
        return found
    if (found := _numbered(filled)) is not None:  # their numbers say it, whatever is between
        return found
    if len(filled) == len(rows):
        return _listed(rows)
    return _with_gaps(rows, classes)


def _listed(rows: list[str]) -> Labels:
    if all(match := [_SYNSET.fullmatch(row) for row in rows]):
        rows = [m[1] for m in match if m]
    return {index: _unquoted(row) for index, row in enumerate(rows)}


def _unquoted(name: str) -> str:
    """Without quotes, and without the comma that may follow them."""
    name = name.strip()
    if name[:1] in ("'", '"'):
        name = name.rstrip(", ")
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        return name[1:-1]
    return name


def _numbered(rows: list[str]) -> Labels | None:
    """Lines that all begin with an index of their own."""
    for pattern in (_STRONG, _WEAK):
        matches = [m for row in rows if (m := pattern.fullmatch(row))]
        names = {int(m[1]): _unquoted(m[2]) for m in matches}
        if len(names) != len(rows):
            continue
        dense = len(names) >= DENSE * (max(names) + 1) and min(names) <= 1
        if pattern is _STRONG or dense:
            return names
    return None


def _table(rows: list[str]) -> Labels | None:
    """CSV: a heading that names a column of names, or a column of numbers beside one of names."""
    delimiter = next((mark for mark in ",;\t" if mark in rows[0]), None)
    if delimiter is None:
        return None
    cells = list(csv.reader(rows, delimiter=delimiter, skipinitialspace=True))
    heading = [cell.strip().lower() for cell in cells[0]]
    named = next((heading.index(n) for n in NAME_COLUMNS if n in heading), None)
    body = cells if named is None else cells[1:]
    width = len(cells[0])
    if not body or any(len(row) != width for row in body):
        return None
    numbers = [n for n in range(width) if _are_numbers([row[n] for row in body])]
    index = next((heading.index(n) for n in INDEX_COLUMNS if n in heading), None)
    if index not in numbers:
        index = numbers[0] if numbers else None
    others = [n for n in range(width) if n != index]
    if named is None and (index is None or not others):
        return None
    name = others[-1] if named is None else named
    keys = range(len(body)) if index is None else [int(row[index]) for row in body]
    return {key: row[name] for key, row in zip(keys, body, strict=True)}


def _are_numbers(cells: list[str]) -> bool:
    """Whether every cell is a number of its own."""
    return all(cell.strip().isdecimal() for cell in cells) and len(set(cells)) == len(cells)


def _with_gaps(rows: list[str], classes: int | None) -> Labels:
    """Names with empty lines between them."""
    head = rows[: rows.index("")]
    filled = [row for row in rows if row]
    fitting = [form for form in (head, filled, rows) if len(form) == classes]
    if fitting:
        return _listed(fitting[0])
    if _is_remark(rows[len(head) :], head):
        return _listed(head)
    raise UnclearError(
        f"line {len(head) + 1} is empty between names: write n/a for a class without a name, or "
        "remove the line"
    )


def _is_remark(tail: list[str], names: list[str]) -> bool:
    """Whether what follows is prose: a line of several more words than any name has."""
    longest = max(len(name.split()) for name in names)
    return max(len(row.split()) for row in tail) >= longest + 3

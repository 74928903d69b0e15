# SPDX-License-Identifier: MIT
"""Tables: as wide as the terminal, or as wide as their contents where there is none."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from npucore.cli.printable import printable

UNLIMITED = 100_000  # columns; a pipe has no edge at which to wrap


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print *rows* under *columns*; a column whose name ends in ``>`` is aligned to the right."""
    width = None if sys.stdout.isatty() else UNLIMITED
    console = Console(width=width, markup=False, highlight=False, emoji=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        if column.endswith(">"):
            table.add_column(column.removesuffix(">"), justify="right", overflow="fold")
        else:
            table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def width() -> int:
    """Columns of the terminal, or what COLUMNS says; 80 where there is neither."""
    return shutil.get_terminal_size((80, 24)).columns


def count(number: int) -> str:
    """A large number in three digits; nothing for 0.

    >>> count(0), count(999), count(48_234_496), count(1_250_000_000)
    ('', '999', '48.2M', '1.25G')
    """
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.{max(0, 3 - len(str(int(number / size))))}f}{unit}"
    return str(number) if number else ""


def shortened(text: str, room: int) -> str:
    """*text* in *room* columns: what does not fit is left out in the middle.

    >>> shortened("model/block_1/expand/Relu6", 15), shortened("conv", 15)
    ('model/b../Relu6', 'conv')
    """
    if len(text) <= room:
        return text
    kept = max(room - 2, 1)
    return f"{text[: kept - kept // 2]}..{text[len(text) - kept // 2 :]}"[: max(room, 1)]


def print_wrapped(text: str) -> None:
    """A sentence in the terminal's width, further lines indented."""
    print(textwrap.fill(printable(text), width(), subsequent_indent="  ", break_on_hyphens=False))


def print_fitted(columns: Sequence[str], rows: Iterable[Sequence[str]], flexible: str) -> None:
    """The same as `print_table` in the terminal's width: texts of one column are shortened."""
    printed = [list(map(printable, row)) for row in rows]
    index = columns.index(flexible)
    wide = [max(map(len, each)) for each in zip(columns, *printed, strict=True)]
    room = width() - sum(wide) - 2 * (len(columns) - 1) + wide[index]
    for row in printed:
        row[index] = shortened(row[index], max(room, len(flexible)))
    print_table(columns, printed)

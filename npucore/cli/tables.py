# SPDX-License-Identifier: MIT
"""Tables: as wide as the terminal, or as wide as their contents where there is none."""

from __future__ import annotations

import sys
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

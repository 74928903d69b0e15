# SPDX-License-Identifier: MIT
"""Tables and sentences: as wide as the terminal, or as wide as their contents where there is none.

On a terminal too narrow for a table, its widest columns stand beneath each row instead of being
folded.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

from npucore.cli.printable import printable

GAP = "  "
INDENT = 4  # of what stands beneath a row
NARROWEST = 20
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
RIGHT = ">"


def terminal_width() -> int | None:
    """Columns of the terminal, None where there is none: a pipe has no edge."""
    return max(shutil.get_terminal_size().columns, NARROWEST) if sys.stdout.isatty() else None


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print *rows* under *columns*; a column whose name ends in ``>`` is aligned to the right."""
    width, cells = terminal_width(), [[*map(printable, row)] for row in rows]
    names = [column.removesuffix(RIGHT) for column in columns]
    widths = [max(map(_width, column)) for column in zip(names, *cells, strict=True)]
    beside, beneath = _split(widths, width)
    right = {index for index in beside if columns[index].endswith(RIGHT)}

    def line(row: Sequence[str]) -> str:
        return GAP.join(_padded(row[i], widths[i], i in right) for i in beside).rstrip()

    print(f"{BOLD}{line(names)}{PLAIN}" if width else line(names))
    for row in cells:
        print(_shortened(line(row), width))
        if text := "; ".join(_named(names[i], row[i], len(beneath)) for i in beneath if row[i]):
            print(_wrapped(text, width, " " * INDENT))


def print_text(text: str) -> None:
    """Print a sentence, on a terminal broken between words, its later lines indented."""
    print(_wrapped(printable(text), terminal_width(), "", " " * INDENT))


def _split(widths: Sequence[int], most: int | None) -> tuple[list[int], list[int]]:
    """The columns beside each other, and those beneath: the widest but the first, until it fits."""
    beside = list(range(len(widths)))
    while most is not None and len(beside) > 1:
        if sum(widths[i] for i in beside) + len(GAP) * (len(beside) - 1) <= most:
            break
        beside.remove(max(beside[1:], key=lambda i: widths[i]))
    return beside, [i for i in range(len(widths)) if i not in beside]


def _named(name: str, cell: str, columns: int) -> str:
    return cell if columns == 1 or not name else f"{name} {cell}"


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _shortened(line: str, width: int | None) -> str:
    """*line* with its middle left out, where it is too long."""
    if width is None or _width(line) <= width:
        return line
    half = (width - 3) // 2
    return f"{line[:half]}...{line[-half:]}"


def _wrapped(text: str, width: int | None, first: str, later: str | None = None) -> str:
    if width is None or _width(first + text) <= width:
        return first + text
    later = first if later is None else later
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def _width(text: str) -> int:
    """Columns that *text* takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


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

# SPDX-License-Identifier: MIT
"""The process's memory as the kernel lists it: what may be read, so that a wrong guess is seen."""

from __future__ import annotations

import bisect
import os
from collections.abc import Iterable
from typing import NamedTuple

MAPS = "/proc/self/maps"


class Range(NamedTuple):
    """Addresses from *start* to *end*, what is allowed there (``r-xp``), and the file if any."""

    start: int
    end: int
    allowed: str
    file: str


class Maps:
    """Ranges of memory in order.

    >>> maps = Maps(["1000-2000 r--p 00000000 08:01 7    /m.tflite", "2000-3000 r-xp 0 0:0 0"])
    >>> maps.allows("r", 0x1ff0, 32), maps.allows("x", 0x1ff0, 32), maps.file(0x1000)
    (True, False, 'm.tflite')
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._ranges = [_range(line) for line in lines]
        self._starts = [each.start for each in self._ranges]

    def allows(self, what: str, address: int | None, size: int = 1) -> bool:
        """Whether all of *size* bytes may be read (``r``) or executed (``x``)."""
        here = address or 0
        end = here + size
        while here < end:
            found = self._at(here)
            if found is None or what not in found.allowed:
                return False
            here = found.end
        return True

    def file(self, address: int) -> str:
        """The name of the file that is mapped there; empty for none."""
        found = self._at(address)
        return os.path.basename(found.file) if found and found.file.startswith("/") else ""

    def _at(self, address: int) -> Range | None:
        index = bisect.bisect(self._starts, address) - 1
        if index < 0 or address >= self._ranges[index].end:
            return None
        return self._ranges[index]


def _range(line: str) -> Range:
    span, allowed, _, _, _, *file = line.split(maxsplit=5)
    start, end = (int(text, 16) for text in span.split("-"))
    return Range(start, end, allowed, file[0].rstrip("\n") if file else "")


def own_maps() -> Maps:
    """Those of this process, as they are now. Raises `OSError` where there is no ``/proc``."""
    with open(MAPS) as lines:
        return Maps(lines)

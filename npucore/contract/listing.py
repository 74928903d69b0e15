# SPDX-License-Identifier: MIT
"""What a stream of register writes says, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """A place in a buffer whose own address is known only when the program is loaded."""

    buffer: str
    offset: int


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One write. *block* and *register* are None where none is known, *fields* has them all.

    *address* is what will be added to the value.
    """

    block: str | None
    register: str | None
    offset: int
    value: int
    fields: Mapping[str, int]
    address: ListedAddress | None = None


@dataclass(frozen=True, slots=True)
class ListedTask:
    """One run of the hardware; *lines* are its words for people.

    *op* is the index of the graph's op that it computes, None if that is not known.
    """

    job: int
    op: int | None
    words: tuple[ListedWord, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The tasks of a file in order of execution."""

    tasks: tuple[ListedTask, ...]

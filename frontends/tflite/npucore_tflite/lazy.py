# SPDX-License-Identifier: MIT
"""Records that are read when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

Record = TypeVar("Record")


class Lazy(Sequence[Record]):
    """Records that are read when they are first needed: unused ones may be anything."""

    def __init__(self, count: int, read: Callable[[int], Record]) -> None:
        self._read, self._found = read, dict[int, Record]()
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if not 0 <= index < self._count:
            raise IndexError(f"{index} of {self._count}")
        if index not in self._found:
            self._found[index] = self._read(index)
        return self._found[index]

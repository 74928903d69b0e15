# SPDX-License-Identifier: MIT
"""Sessions of one network, one for each set of shapes that its inputs came in."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from npucore.contract.placement import Placement
from npucore.running.session import Session
from npucore.tensor import Shape

Shapes = tuple[tuple[str, Shape], ...]
"""Names of inputs and their shapes."""


@dataclass(eq=False)
class _Entry:
    session: Session
    users: int = 0


class Compiled:
    """Opens sessions by *open_session* and keeps the *most* that were used last.

    One that still runs is closed when it is done.
    """

    def __init__(self, open_session: Callable[[Shapes], Session], most: int) -> None:
        self._open, self._most = open_session, most
        self._entries: OrderedDict[Shapes, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def session(self, shapes: Shapes) -> Iterator[Session]:
        """The session for *shapes*, which stays open within; raises what opening one raises."""
        with self._lock:
            if shapes not in self._entries:
                self._entries[shapes] = _Entry(self._open(shapes))
            self._entries.move_to_end(shapes)
            entry = self._entries[shapes]
            entry.users += 1
        try:
            yield entry.session
        finally:
            with self._lock:
                entry.users -= 1
                self._forget()

    def _forget(self) -> None:
        idle = [shapes for shapes, entry in self._entries.items() if not entry.users]
        for shapes in idle[: max(len(self._entries) - self._most, 0)]:
            self._entries.pop(shapes).session.close()

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where the ops of the network run for the shapes that were used last."""
        with self._lock:
            last = next(reversed(self._entries.values()), None)
            return last.session.placement if last else ()

    def close(self) -> None:
        """Close all that are open."""
        with self._lock:
            while self._entries:
                self._entries.popitem()[1].session.close()

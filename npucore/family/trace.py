# SPDX-License-Identifier: MIT
"""What a backend's threads and cores did, once somebody has asked for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from npucore.contract.timeline import Span
from npucore.hw.ioctl import Kernel


class Notes:
    """Spans of threads as programs tell them, and of cores if the kernel knows them."""

    def __init__(self, kernel: Kernel | None) -> None:
        self._kernel, self._on = kernel, False
        self._spans: list[Span] = []
        self.names: dict[int, str] = {}  # address of a task's words -> its op

    @contextmanager
    def span(self, name: str, lane: int, clock: Callable[[], int]) -> Iterator[None]:
        """Note what a thread does inside, if anybody wants to know."""
        if not self._on:
            yield
            return
        start = clock()
        yield
        track = f"host, {threading.current_thread().name}"
        self._spans.append(Span(track, name, start, clock(), {"lane": lane}))

    def start(self) -> None:
        """Begin to note, and forget what cores have done before."""
        self._on = True
        self.take()

    def take(self) -> list[Span]:
        """Everything since the beginning or the last call."""
        take = getattr(self._kernel, "take_spans", list)
        new: list[Span] = take()
        threads, self._spans = self._spans, []
        return [*threads, *map(self._named, new)]

    def _named(self, span: Span) -> Span:
        name = self.names.get(span.facts.get("words", -1))
        return span if name is None else replace(span, name=name)

# SPDX-License-Identifier: MIT
"""Progress, on a terminal, of what takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

PATIENCE_SECONDS = 1.0


@contextmanager
def working(text: str) -> Iterator[None]:
    """A line on stderr from the first second on, gone at the end; nothing anywhere else."""
    if not sys.stderr.isatty():
        yield
        return
    import threading

    shown, lock, ended = ExitStack(), threading.Lock(), threading.Event()

    def show() -> None:
        from rich.console import Console

        with lock:
            if not ended.is_set():
                shown.enter_context(Console(stderr=True).status(text))

    timer = threading.Timer(PATIENCE_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            ended.set()
            shown.close()

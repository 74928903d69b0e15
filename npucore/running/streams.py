# SPDX-License-Identifier: MIT
"""Inferences side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from npucore.errors import InputError
from npucore.running.process import Owner

Result = TypeVar("Result")


class Streams:
    """Runs functions on at most *threads* threads, which are started when they are needed."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._owner = Owner()
        self._lock = threading.Lock()

    def submit(self, function: Callable[[], Result]) -> Future[Result]:
        """Run *function* as soon as a thread is free.

        Raises `InputError` after `close`, and in a forked child, which has none of the threads.
        """
        self._owner.require()
        with self._lock:
            if self._closed:
                raise InputError("the session is closed")
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="stream")
            return self._pool.submit(function)

    def close(self) -> None:
        """Wait for what has begun, cancel the rest. Safe to call twice, and in a forked child."""
        if not self._owner.is_here:
            return
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

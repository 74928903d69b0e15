# SPDX-License-Identifier: MIT
"""Work that several test workers need, done by one of them."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of pytest, the same for all of its workers."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(factory: pytest.TempPathFactory, name: str, work: Callable[[], T]) -> T:
    """``work()``, by the first that asks; others wait for it, and read what it has kept."""
    kept = shared_folder(factory) / f"{name}.pickle"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(work()))
    found: T = pickle.loads(kept.read_bytes())
    return found

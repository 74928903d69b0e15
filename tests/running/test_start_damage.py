# SPDX-License-Identifier: MIT
"""Damaged entries, full disks and foreign folders fail no run and change no answer."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from npucore.files.cache import Cache
from tests.material.running.starts import run


def flip(data: bytes) -> bytes:
    return data[:2000] + bytes([data[2000] ^ 1]) + data[2001:]


@pytest.mark.parametrize(
    "damage",
    [flip, lambda data: data[:-1], lambda data: b"", lambda data: b"PK\x03\x04", lambda d: d * 2],
    ids=["a bit", "cut", "empty", "begun", "twice"],
)
def test_a_damaged_entry_is_dropped_and_compiled_again(
    model: Path, cache: Cache, damage: Callable[[bytes], bytes]
) -> None:
    wanted, _ = run(model, cache=cache)
    for entry in cache.entries():
        entry.path.write_bytes(damage(entry.path.read_bytes()))
    assert run(model, cache=cache) == (wanted, False)
    assert run(model, cache=cache) == (wanted, True)


def test_an_entry_under_another_key_is_no_entry(model: Path, cache: Cache) -> None:
    run(model, cache=cache)
    (one,) = cache.entries()
    wanted, _ = run(model, cache=cache, rounding="exact")
    (other,) = {entry.path for entry in cache.entries()} - {one.path}
    other.write_bytes(one.path.read_bytes())
    assert run(model, cache=cache, rounding="exact") == (wanted, False)


def test_a_full_disk_fails_no_run(
    model: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: str, *given: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "open", full)
    wanted = run(model, cache=False)[0]
    assert run(model, cache=cache) == (wanted, False)
    assert "No space left" in str(cache.trouble)
    assert list(cache.folder.iterdir()) == []


def test_a_folder_that_cannot_be_used_fails_no_run(model: Path, cache: Cache) -> None:
    cache.folder.write_bytes(b"")
    wanted = run(model, cache=False)[0]
    assert run(model, cache=cache) == (wanted, False)
    assert run(model, cache=cache) == (wanted, False)
    assert cache.objection() is not None


def test_what_others_can_write_is_not_trusted(model: Path, cache: Cache) -> None:
    wanted, _ = run(model, cache=cache)
    cache.folder.chmod(0o777)
    assert run(model, cache=cache) == (wanted, False)

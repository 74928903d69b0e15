# SPDX-License-Identifier: MIT
"""The folder holds what is whole, what is ours, and no more than it may."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.files.cache import MOST_BYTES, Cache, cache_of

KEYS = [f"{number:064x}" for number in range(4)]
ARRAYS = {"numbers": np.arange(1000, dtype=np.int32)}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    assert cache.read(KEYS[0]) is None
    assert cache.write(KEYS[0], {"what": "numbers"}, ARRAYS)
    found = cache.read(KEYS[0])
    assert found is not None
    assert found[0]["what"].text() == "numbers"
    assert np.array_equal(found[1]["numbers"], ARRAYS["numbers"])
    assert cache.read(KEYS[1]) is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 3 * 4800)
    for number, key in enumerate(KEYS[:3]):
        assert cache.write(key, {}, ARRAYS)
        os.utime(tmp_path / f"{key}.npu", (number, number))
    assert cache.read(KEYS[0]) is not None  # used just now
    assert cache.write(KEYS[3], {}, ARRAYS)
    there = [key for key in KEYS if cache.read(key) is not None]
    assert there == [KEYS[0], KEYS[2], KEYS[3]]
    assert sum(entry.size_bytes for entry in cache.entries()) <= cache.most_bytes


def test_what_is_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    assert not cache.write(KEYS[0], {}, ARRAYS)
    assert "more than the cache may hold" in str(cache.trouble)
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_process_has_left_goes(tmp_path: Path) -> None:
    old, new = tmp_path / ".npucore-old", tmp_path / ".npucore-new"
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    Cache(tmp_path).write(KEYS[0], {}, ARRAYS)
    assert (old.exists(), new.exists()) == (False, True)


def test_clearing_leaves_other_files_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.write(KEYS[0], {}, ARRAYS)
    (mine := tmp_path / "notes.txt").touch()
    assert cache.clear() == 1
    assert list(tmp_path.iterdir()) == [mine]


@pytest.mark.parametrize("off", ["0", "off", "no"])
def test_a_variable_turns_it_off(monkeypatch: pytest.MonkeyPatch, off: str) -> None:
    monkeypatch.setenv("NPUCORE_CACHE", off)
    assert cache_of() is None


def test_a_variable_says_how_much_it_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("NPUCORE_CACHE", "256M")
    assert cache_of() == Cache(tmp_path / "npucore", 256 << 20)
    monkeypatch.delenv("NPUCORE_CACHE")
    assert cache_of() == Cache(tmp_path / "npucore", MOST_BYTES)
    monkeypatch.setenv("NPUCORE_CACHE", "much")
    with pytest.raises(InputError, match="NPUCORE_CACHE=much: wanted 0 or a size"):
        cache_of()


def test_a_caller_may_choose(tmp_path: Path) -> None:
    assert cache_of(False) is None
    assert cache_of(tmp_path) == Cache(tmp_path)
    assert cache_of(own := Cache(tmp_path, 5)) is own

# SPDX-License-Identifier: MIT
"""Damage to files, repeatable by a number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore_tflite.flatbuffer import read_model

WORDS = (0, 1, 2, 4, 127, 128, 255, 256, 65535, 1 << 20, 1 << 30, (1 << 31) - 1, 1 << 31, -1, -2)
DATA_BYTES = 256  # a constant of at least this size is weights, where damage is dull


class Mutator:
    """Mutations of one file. Most of them hit its structure, some its weights."""

    def __init__(self, seed_file: bytes) -> None:
        self.data = np.frombuffer(seed_file, np.uint8)
        dull = np.zeros(len(seed_file), bool)
        base = self.data.__array_interface__["data"][0]
        for tensor in read_model(seed_file, "seed").tensors:
            if tensor.data is not None and tensor.data.size >= DATA_BYTES:
                start = tensor.data.__array_interface__["data"][0] - base
                dull[start : start + tensor.data.size] = True
        self.structure = np.flatnonzero(~dull)

    def mutation(self, number: int) -> bytes:
        """The file, damaged in one to four places; the same for the same number."""
        rng = np.random.default_rng(number)
        data = self.data.copy()
        kinds: tuple[Callable[..., np.ndarray], ...] = (flip, word, word, halfword, move, fill, cut)
        for _ in range(rng.integers(1, 5)):
            inside = self.structure if rng.random() < 0.9 else np.arange(len(data))
            place = int(rng.choice(inside))
            if place < len(data) - 8:
                data = kinds[rng.integers(len(kinds))](data, place, rng)
        return data.tobytes()


def flip(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """One bit."""
    data[place] ^= 1 << rng.integers(8)
    return data


def word(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """An aligned 32-bit word becomes a telling one, or moves by a little."""
    target = data[place // 4 * 4 :][:4].view("<i4")
    if rng.random() < 0.5:
        target[:] = np.array(WORDS[rng.integers(len(WORDS))]).astype("<i4")
    else:
        target += np.int32(rng.integers(-8, 9))
    return data


def halfword(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """An aligned 16-bit word: vtables are made of them."""
    data[place // 2 * 2 :][:2].view("<u2")[:] = rng.integers(1 << 16)
    return data


def move(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """A few bytes from somewhere else."""
    length = int(rng.integers(1, 65))
    source = int(rng.integers(len(data)))
    chunk = data[source : source + length].copy()
    chunk = chunk[: len(data) - place]
    data[place : place + len(chunk)] = chunk
    return data


def fill(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """A stretch of one value."""
    data[place : place + int(rng.integers(1, 65))] = rng.choice([0, 255])
    return data


def cut(data: np.ndarray, place: int, rng: np.random.Generator) -> np.ndarray:
    """The end is missing."""
    return data[:place].copy() if rng.random() < 0.2 else data

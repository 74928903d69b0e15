# SPDX-License-Identifier: MIT
"""Damage to artefacts that no checksum tells: numbers change, and all seals are put on anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.files import archive
from npucore.tensor import Array
from tools.fuzz.mutate import WORDS

MANIFEST_SHARE = 0.15  # of mutations that hit the manifest rather than an array
TELLING_SHARE = 0.4  # of changed numbers that become a telling one; others lose or win a bit


class ArtifactMutator:
    """Mutations of one artefact."""

    def __init__(self, seed_file: bytes) -> None:
        manifest, self.arrays = archive.unpack(seed_file)
        whole = manifest.value
        assert isinstance(whole, dict)
        self.manifest = {key: value for key, value in whole.items() if key != "members"}

    def mutation(self, number: int) -> bytes:
        """The file with one to four numbers changed; the same for the same number."""
        rng = np.random.default_rng(number)
        arrays = {name: array.copy() for name, array in self.arrays.items()}
        manifest = self.manifest
        for _ in range(rng.integers(1, 5)):
            if rng.random() < MANIFEST_SHARE:
                manifest = _changed(manifest, rng)
            else:
                name = list(arrays)[rng.integers(len(arrays))]
                _change(arrays[name], rng)
        return archive.pack(manifest, arrays)


def _change(array: Array, rng: np.random.Generator) -> None:
    """A number of an array becomes a telling one, or another bit of it is set."""
    if not array.size:
        return
    place = int(rng.integers(array.size))
    if array.dtype.kind not in "iu":
        array.view(np.uint8).reshape(-1)[place] ^= np.uint8(1 << rng.integers(8))
        return
    flat, bits = array.reshape(-1), 8 * array.dtype.itemsize
    value = int(flat[place])
    if rng.random() < TELLING_SHARE:
        value = WORDS[rng.integers(len(WORDS))]
    else:
        value ^= 1 << int(rng.integers(bits))
    flat[place] = np.array(value & (1 << bits) - 1, np.uint64).astype(array.dtype)


def _changed(value: Any, rng: np.random.Generator) -> Any:
    """A JSON value with one number or text in it changed."""
    if isinstance(value, dict) and value:
        key = list(value)[rng.integers(len(value))]
        return {**value, key: _changed(value[key], rng)}
    if isinstance(value, list) and value:
        place = int(rng.integers(len(value)))
        return [*value[:place], _changed(value[place], rng), *value[place + 1 :]]
    if isinstance(value, int):
        return WORDS[rng.integers(len(WORDS))] if rng.random() < 0.5 else value + 1
    if isinstance(value, str):
        return str(rng.choice(["", "board", "/dev/null", "/dev/dri/renderD128", f"{value}x"]))
    return (None, [], 0)[rng.integers(3)]

# SPDX-License-Identifier: MIT
"""Damage to files whose structure is in their first bytes: arrays and images."""

from __future__ import annotations

import io
import zipfile
import zlib

import numpy as np

from tools.fuzz.mutate import cut, fill, flip, halfword, move, word

PNG = b"\x89PNG\r\n\x1a\n"
HEAD_SHARE = 0.7
HEAD_BYTES = 160
TELLING = (b"99999999999", b"-1", b"|O", b"(" * 90, b"<f8", b"True", b"0")


class ByteMutator:
    """Mutations of one file; most hit its head. Members of an .npz are compressed anew."""

    def __init__(self, seed_file: bytes) -> None:
        self.members: dict[str, bytes] = {}
        if seed_file.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(seed_file)) as file:
                self.members = {name: file.read(name) for name in file.namelist()}
        self.data = seed_file

    def mutation(self, number: int) -> bytes:
        """The file, damaged in one to four places; the same for the same number."""
        rng = np.random.default_rng(number)
        if not self.members or rng.random() < 0.3:
            return _resealed(_damaged(self.data, rng))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in self.members.items():
                file.writestr(name, _damaged(content, rng))
        return buffer.getvalue()


def _resealed(data: bytes) -> bytes:
    """A PNG with the checksums of its chunks put on anew, as far as they can be found."""
    if not data.startswith(PNG):
        return data
    parts, at = [PNG], len(PNG)
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + size]
        parts += [data[at : at + 4], body, zlib.crc32(body).to_bytes(4, "big")]
        at += 12 + size
    return b"".join(parts)


def _damaged(content: bytes, rng: np.random.Generator) -> bytes:
    data = np.frombuffer(content, np.uint8).copy()
    kinds = (flip, word, halfword, move, fill, cut)
    for _ in range(rng.integers(1, 5)):
        end = min(HEAD_BYTES, len(data)) if rng.random() < HEAD_SHARE else len(data)
        place = int(rng.integers(max(end, 1)))
        if rng.random() < 0.2:
            text = TELLING[rng.integers(len(TELLING))]
            raw = data.tobytes()
            data = np.frombuffer(raw[:place] + text + raw[place + len(text) :], np.uint8).copy()
        elif place < len(data) - 8:
            data = kinds[rng.integers(len(kinds))](data, place, rng)
    return data.tobytes()

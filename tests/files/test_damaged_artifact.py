# SPDX-License-Identifier: MIT
"""Artefacts that nobody has vouched for: an answer or one sentence, and nothing else."""

from __future__ import annotations

import copy
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npucore
from npucore.errors import (
    InvalidModelError,
    NpucoreError,
)
from npucore.files import archive
from npucore.files.artifact import Artifact
from npucore.ops import Logistic, Relu
from tests.material.running.graphs import chain

X = np.array([-1, 0, 1, 2], np.float32)


pytestmark = pytest.mark.usefixtures("exporting")


def test_every_flipped_bit_is_noticed(digits: Path) -> None:
    data = digits.read_bytes()
    rng = np.random.default_rng(0)
    for place in [
        *range(64),
        *range(len(data) - 200, len(data)),
        *rng.integers(len(data), size=500),
    ]:
        damaged = bytearray(data)
        damaged[place] ^= 1 << int(rng.integers(8))
        with pytest.raises(InvalidModelError, match="damaged"):
            archive.unpack(bytes(damaged))


@pytest.mark.parametrize("size", [0, 1, 43, 64, 1000, -1])
def test_a_file_that_ends_too_early_is_refused(digits: Path, size: int) -> None:
    digits.write_bytes(digits.read_bytes()[:size])
    with pytest.raises(InvalidModelError, match=r"x.npu: damaged"):
        Artifact.read(digits)


def sealed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).hexdigest().encode()


@pytest.mark.slow
def test_a_false_seal_hides_no_damage(digits: Path) -> None:
    data = digits.read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(43, len(data) - archive.SEAL_BYTES, size=500):
        damaged = bytearray(data[: -archive.SEAL_BYTES])
        damaged[place] ^= 1 << int(rng.integers(8))
        digits.write_bytes(sealed(bytes(damaged)))
        attempt(digits)


def attempt(path: Path) -> str | None:
    """Run what may be wrong; the sentence about it."""
    try:
        with npucore.Session(path) as session:
            session.run([np.zeros(t.shape, t.dtype) for t in session.inputs])
    except NpucoreError as error:
        return str(error)
    return None


def forged(path: Path, steps: tuple[Any, ...], value: object) -> None:
    """Change the manifest, with all checksums right."""
    document, arrays = archive.unpack(path.read_bytes())
    manifest: Any = copy.deepcopy(document.value)
    del manifest["members"]
    at = manifest
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value
    path.write_bytes(archive.pack(manifest, arrays))


@pytest.mark.parametrize(
    ("steps", "value", "sentence"),
    [
        (("format",), "odt", "'odt', wanted npucore-artifact"),
        (("format_version",), 2, "2, wanted 1, the version that is known here"),
        (("rounding",), "up", "'up', wanted tflite or exact"),
        (("backends",), [], "manifest.backends: none"),
        (("placements", 0, "index"), 1, "not in the order"),
        (("inputs", 0, "name"), "photo", r"inputs\[0\]: not what manifest.tensors says"),
        (("inputs",), [], "run 0 reads image before anything has written it"),
        (("runs", 0, "outputs"), [0], "run 0: image is taken"),
        (("runs", 1, "inputs"), [0], "its ends are not those of the run"),
        (("runs", 0, "ops"), [17], "17, wanted 0 to 16"),
        (("runs", 0, "exported"), None, "None, wanted an object"),
        (("runs", 0, "exported"), {}, r"run 0 of digits.tflite: exporting: no 'tensors'"),
        (("runs", 0, "options"), {"speed": []}, "a list, wanted a text, a number"),
        (("runs", 1, "graph", "ops", 0, "fields", "beta"), "x", "'x', wanted real"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_contradiction_is_named(
    digits: Path, steps: tuple[Any, ...], value: object, sentence: str
) -> None:
    forged(digits, steps, value)
    with pytest.raises(InvalidModelError, match=sentence):
        npucore.Session(digits)


def test_an_op_that_the_backend_does_not_take_is_refused(path: Path) -> None:
    npucore.compile(chain(Relu), "reference").write(path)
    for entry in ("tensors", "inputs", "outputs"):
        count = 2 if entry == "tensors" else 1
        for number in range(count):
            forged(path, (entry, number, "dtype"), "bool")
    with pytest.raises(InvalidModelError, match="run 0 of chain: relu -> x1: "):
        npucore.Session(path)


def places(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*steps, key)
        if isinstance(item, dict | list):
            yield from places(item, (*steps, key))


@pytest.mark.long
def test_any_value_of_a_manifest_may_be_wrong(path: Path) -> None:
    npucore.compile(chain(Relu, Logistic), "exporting:a", speed=1).write(path)
    whole = path.read_bytes()
    document, _ = archive.unpack(path.read_bytes())
    steps = [s for s in places(document.value) if s[0] != "members"]
    outcomes = []
    wrong: tuple[object, ...] = (None, -1, 1 << 40, "name", [], {"name": "target"})
    for place in steps:
        for value in wrong:
            path.write_bytes(whole)
            forged(path, place, value)
            outcomes.append(attempt(path))
    assert sum(outcome is not None for outcome in outcomes) > len(outcomes) / 2
    assert not any("\n" in outcome for outcome in outcomes if outcome)


def test_compressed_and_overlapping_members_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", "{}")
        file.comment = bytes(archive.SEAL_BYTES)
    with pytest.raises(InvalidModelError, match="a compressed member"):
        archive.unpack(sealed(path.read_bytes()[: -archive.SEAL_BYTES]))
    data = bytearray(archive.pack({}, {"x": np.zeros(1000, np.int8)})[: -archive.SEAL_BYTES])
    entry = data.rindex(b"PK\x01\x02")
    for offset in (20, 24):  # compressed size, size
        data[entry + offset : entry + offset + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(InvalidModelError, match="members larger than the file"):
        archive.unpack(sealed(bytes(data)))


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '|i1', 'fortran_order': False, 'shape': (1000000000000,), }\n",
        b"{'descr': '|i1', 'fortran_order': True, 'shape': (4,), }\n",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (4,), }\n",
        b"{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }\n",
        b"{'descr': '|i1', 'fortran_order': False, 'shape': (-4,), }\n",
        b"(" * 5000 + b"\n",
    ],
    ids=["large", "fortran", "objects", "big endian", "negative", "nested"],
)
def test_a_wrong_header_of_an_array_is_refused(
    header: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    npy = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(4)
    monkeypatch.setattr(archive, "_npy", lambda name, array: npy)
    with pytest.raises(InvalidModelError, match=r"x.npy: no array that can be read"):
        archive.unpack(archive.pack({}, {"x": X}))

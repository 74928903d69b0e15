# SPDX-License-Identifier: MIT
"""Headers of arrays are judged before any memory is taken."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.files.stored_arrays import read_array, read_arrays
from npucore.tensor import Tensor

WANTED = Tensor("x", (2, 3), np.dtype(np.float32))
ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)
GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}\n"


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    size = len(header).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + header.encode() + data


def npz(**members: bytes) -> bytes:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def saved(array: np.ndarray) -> bytes:
    np.save(buffer := io.BytesIO(), array)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        saved(ARRAY),
        saved(np.asfortranarray(ARRAY)),
        npy(GOOD, ARRAY.tobytes(), version=2),
        npz(x=saved(ARRAY)),
        npz(other=saved(ARRAY)),
        npz(x=saved(ARRAY), y=saved(np.zeros(9))),
    ],
    ids=["npy", "fortran", "version 2", "by name", "only one", "one of two"],
)
def test_what_numpy_writes_is_read(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "x.npz").write_bytes(content)
    np.testing.assert_array_equal(read_array(path, WANTED), ARRAY)
    assert read_array(path, WANTED).flags.writeable
    assert any(np.array_equal(each, ARRAY) for each in read_arrays(path).values())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (10**12,)}\n"), "no array that"),
        (npy(GOOD.replace("(2, 3)", "(1000000000000,)")), "1000000000000"),
        (npy("(" * 1000), "its header"),
        (npy(GOOD.replace("(2, 3)", "(" * 60 + ")" * 60)), "holds float32 ()"),
        (npy(GOOD.replace("<f4", "|O")), "object"),
        (npy(GOOD), "0 bytes of data, wanted 24"),
        (npy(GOOD, bytes(23)), "23 bytes of data, wanted 24"),
        (npy(GOOD, version=9), "its header"),
        (b"", "its header"),
        (b"PK\3\4" + bytes(99), "no array that numpy can read"),
        (npz(a=saved(ARRAY), b=saved(ARRAY)), "arrays ['a', 'b'], none is called 'x'"),
        (npz(x=npy(GOOD.replace("(2, 3)", "(75000000,)"), bytes(300 << 20))), "75000000"),
        (saved(ARRAY.astype(np.float64)), "holds float64 (2, 3), wanted x float32 (2, 3)"),
    ],
    ids=[
        "expression",
        "size",
        "brackets",
        "nested",
        "objects",
        "no data",
        "little data",
        "version",
        "empty",
        "zip",
        "names",
        "bomb",
        "dtype",
    ],
)
def test_what_lies_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (path := tmp_path / "x.npz").write_bytes(content)
    tracemalloc.start()
    with pytest.raises(InputError) as error:
        read_array(path, WANTED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence in str(error.value)
    assert len(str(error.value)) <= 500
    assert peak < 8 << 20


def test_arrays_for_a_listing_are_limited_together(tmp_path: Path) -> None:
    (path := tmp_path / "x.npz").write_bytes(npz(a=saved(ARRAY), b=saved(ARRAY)))
    assert len(read_arrays(path, 2 * ARRAY.nbytes)) == 2
    with pytest.raises(InputError, match="arrays of more than 47 bytes"):
        read_arrays(path, 2 * ARRAY.nbytes - 1)
    path.write_bytes(npy(GOOD.replace("<f4", "|O")))
    with pytest.raises(InputError, match="Python objects"):
        read_arrays(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_array(tmp_path / "x.npy", WANTED)

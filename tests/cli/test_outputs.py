# SPDX-License-Identifier: MIT
from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from npucore.cli import outputs
from npucore.errors import InputError
from npucore.files.atomic import replacing
from npucore.tensor import Tensor


def test_any_name_of_a_tensor_can_be_saved(tmp_path: Path) -> None:
    names = ["file", "a/b:0", "é"]
    tensors = [Tensor(name, (2,), np.dtype(np.int8)) for name in names]
    arrays = [np.full(2, number, np.int8) for number in range(3)]
    outputs.save(str(tmp_path / "out.npz"), tensors, arrays)
    with np.load(tmp_path / "out.npz") as saved:
        assert [saved[name][0] for name in names] == [0, 1, 2]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with suppress(ZeroDivisionError), replacing(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_folder_in_the_way_is_the_callers_error(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(InputError, match="cannot write it"), replacing(tmp_path / "x") as file:
        file.write(b"new")

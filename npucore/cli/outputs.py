# SPDX-License-Identifier: MIT
"""A network's outputs as a file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from npucore.errors import InputError
from npucore.files.atomic import check_writable, replacing
from npucore.tensor import Array, Tensor


def check_path(path: str | None) -> None:
    """Raise `InputError` early for a file that could not be written later."""
    if path is not None and Path(path).suffix.lower() != ".npz":
        raise InputError(f"{path}: outputs are saved as .npz")
    if path is not None:
        check_writable(path)


def save(path: str, tensors: Sequence[Tensor], arrays: Sequence[Array]) -> None:
    """Write *arrays* by the names of their tensors, as ``np.load`` reads them."""
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in zip(distinct(tensors), arrays, strict=True):
            # Not np.savez: it takes names as keywords, and a tensor may be called "file".
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def distinct(tensors: Sequence[Tensor]) -> list[str]:
    """A name for each tensor; one that occurs again, or none, gets its position.

    >>> distinct([Tensor(name, (), np.dtype(np.int8)) for name in ("a", "a", "")])
    ['a', 'a_1', 'output_2']
    """
    names: list[str] = []
    for position, tensor in enumerate(tensors):
        name = tensor.name or f"output_{position}"
        names.append(f"{name}_{position}" if name in names else name)
    return names

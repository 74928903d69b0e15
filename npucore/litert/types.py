# SPDX-License-Identifier: MIT
"""Types of elements: the file's, numpy's, and what LiteRT's messages call them."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore.contract.numbered import FileTensor

SHOWN: dict[str, type[Any]] = {
    "STRING": np.bytes_,
    "RESOURCE": np.object_,
    "VARIANT": np.object_,
    "COMPLEX128": np.complex128,
}
"""Details of tensors that are not computed with here, as LiteRT shows them."""

TEXTS = "OSU"
KINDS = (
    *("float16", "float32", "float64", "bool", "complex64", "complex128"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)


def scalar_type(tensor: FileTensor) -> type[Any] | None:
    """Numpy's type of one element; None for a type that LiteRT cannot show either."""
    return SHOWN.get(tensor.type) if tensor.dtype is None else tensor.dtype.type


def spoken(dtype: np.dtype[Any]) -> str:
    """The name of a dtype in LiteRT's messages.

    >>> spoken(np.dtype(np.uint8)), spoken(np.dtype("U3")), spoken(np.dtype("M8[s]"))
    ('UINT8', 'STRING', 'NOTYPE')
    """
    if dtype.kind in TEXTS:
        return "STRING"
    return dtype.name.upper() if dtype.name in KINDS else "NOTYPE"

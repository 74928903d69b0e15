# SPDX-License-Identifier: MIT
"""A slope below 0 for every element."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npucore.conformance.case import Case
from npucore.conformance.cases.elementwise import Quantities, binary, every_byte
from npucore.conformance.maker import Maker
from npucore.ops import Op, Prelu
from npucore.tensor import Quantization

QUANTITIES: tuple[Quantities, ...] = (
    ((0.05, 3), (0.05, 3), (0.3, 3)),
    ((0.05, -7), (0.013, 20), (0.04, 0)),
    ((1 / 256, -128), (0.05, 4), (0.05, 4)),
)


def cases() -> Iterator[Case]:
    """Shapes and dtypes, every pair of bytes, and every byte with one slope."""
    yield from binary(Prelu, QUANTITIES, dtypes=("int8", "float32"), names=("input", "alpha"))
    yield Case("prelu", "oneslope-int8", _one_slope, "every byte", essential=True)


def _one_slope(m: Maker) -> Op:
    values = every_byte("int8")
    source = m.input(values.shape, "int8", 0.05, 3, values)
    alpha = m.constant(np.full(values.shape, 25), "int8", Quantization.per_tensor(0.01, 0))
    return Prelu(input=source, alpha=alpha, output=m.tensor(values.shape, "int8", 0.04, -50))

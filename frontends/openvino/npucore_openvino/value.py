# SPDX-License-Identifier: MIT
"""Values of a file on their way to ONNX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.tensor import Array
from npucore_openvino.constants import Known
from npucore_openvino.writer import Written


@dataclass(frozen=True, eq=False)
class Quantized:
    """Real numbers ``(stored - zero) * scale`` of an ONNX value *stored*, int8 or uint8."""

    stored: str
    dtype: np.dtype[Any]
    scale: np.float32
    zero: int

    @property
    def is_plain(self) -> bool:
        """Whether the real numbers are the integers themselves."""
        return self.scale == 1 and self.zero == 0

    def reals(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """What each of the 256 integers stands for, float64 (256,), in their order."""
        info = np.iinfo(self.dtype)
        return (np.arange(info.min, info.max + 1) - self.zero) * np.float64(self.scale)


@dataclass(frozen=True, eq=False)
class Padded:
    """Real numbers with a border of zeros; sizes by axis."""

    inner: Value
    begin: tuple[int, ...]
    end: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Weighted:
    """A layer of weights without a bias: its node, and what its accumulators are multiples of.

    *scales* are float32, of one element or one for each of *channels*; None if it is not quantized.
    """

    node: Written
    scales: Array | None
    channels: int
    axis: int


@dataclass(eq=False)
class Value:
    """A value: the *name* of an ONNX value, or what will become one if any operator asks for it.

    That is a constant, stored integers, or a padded value. *shape* is the declared one; *weighted*
    says what has computed it.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    name: str = ""
    known: Known | None = None
    quantized: Quantized | None = None
    padded: Padded | None = None
    weighted: Weighted | None = None

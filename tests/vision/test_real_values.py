# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np

from npucore.tensor import Quantization, Tensor
from npucore.vision.real_values import real_values


def test_floats_are_what_they_are() -> None:
    values = np.array([0.25], np.float64)
    assert real_values(values, Tensor("x", (1,), values.dtype)).tolist() == [0.25]


def test_every_channel_has_its_scale() -> None:
    quantization = Quantization.per_channel([1, 10], axis=1)
    stored = np.array([[1, 2], [3, 4]], np.int8)
    tensor = Tensor("x", (2, 2), stored.dtype, quantization)
    assert real_values(stored, tensor).tolist() == [[1, 20], [3, 40]]

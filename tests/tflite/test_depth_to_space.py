# SPDX-License-Identifier: MIT
"""DEPTH_TO_SPACE."""

from __future__ import annotations

import numpy as np
import pytest

from tests.material.tflite.litert import assert_equals_litert
from tests.material.tflite.write import draw, single, tensor

Rng = np.random.Generator


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "int32", "int64"])
@pytest.mark.parametrize("block", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 3, 20])
def test_channels_become_pixels_as_in_litert(
    rng: Rng, dtype: str, block: int, channels: int
) -> None:
    x = tensor((2, 3, 4, block * block * channels), dtype)
    output = tensor((2, 3 * block, 4 * block, channels), dtype)
    model = single("DEPTH_TO_SPACE", [x], output, blockSize=block)
    assert_equals_litert(model, draw(rng, x), distinct=20)

# SPDX-License-Identifier: MIT
"""One product of float32 gives what TFLite's product of doubles gives, for every byte."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.ops import Dequantize
from npucore.quantize import Rounding
from npucore.reference.dequantize import prepare
from npucore.tensor import Quantization, Tensor


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_every_byte_is_the_double_product_rounded_once(kind: type[Any]) -> None:
    stored = np.arange(256).astype(np.uint8).view(kind)
    rng = np.random.default_rng(4)
    for exponent in np.linspace(-126, 118, 60):
        scale = np.float32(2.0**exponent * rng.uniform(1, 2))
        q = Quantization.per_tensor(float(scale), int(rng.choice(stored)))
        x = Tensor("x", stored.shape, stored.dtype, q)
        op = Dequantize(input=x, output=Tensor("y", x.shape, np.dtype(np.float32)))
        centred = stored.astype(np.int64) - int(q.zero_point)
        want = (float(q.scale) * centred).astype(np.float32)
        np.testing.assert_array_equal(prepare(op, Rounding.TFLITE)(stored), want)

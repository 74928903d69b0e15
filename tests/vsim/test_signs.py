# SPDX-License-Identifier: MIT
"""Bytes of either sign, of activations and of weights."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from npucore import Graph
from npucore.ops import Convolution, Padding
from npucore.tensor import Array, Quantization, Tensor
from tests.material.vsim.compared import off

SIGNS = (np.int8, np.uint8)


@pytest.mark.parametrize("target", ["a311d", "imx8mp"])
@pytest.mark.parametrize(("sign", "weight_sign"), list(itertools.product(SIGNS, SIGNS)))
def test_weights_have_any_sign(sign: type, weight_sign: type, target: str) -> None:
    rng, dtype = np.random.default_rng(0), np.dtype(sign)
    least, most = np.iinfo(sign).min, np.iinfo(sign).max
    zero = 3 if sign is np.int8 else 120
    x = Tensor("x", (1, 7, 7, 16), dtype, Quantization.per_tensor(0.05, zero))
    y = replace(x, name="y", shape=(1, 7, 7, 12), quantization=Quantization.per_tensor(0.3, zero))
    kinds = np.iinfo(weight_sign)
    values: Array = rng.integers(kinds.min, kinds.max + 1, (12, 3, 3, 16)).astype(weight_sign)
    zeros = Quantization.per_tensor(0.02, int(kinds.max) - 127)
    weights = Tensor("w", values.shape, values.dtype, zeros, values)
    op = Convolution(input=x, weights=weights, output=y, padding=Padding(1, 1, 1, 1))
    photo = rng.integers(least, most + 1, x.shape).astype(dtype)
    assert off(Graph((op,), (x,), (y,)), target, [photo]) <= 1

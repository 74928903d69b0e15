# SPDX-License-Identifier: MIT
"""Operators of ONNX Runtime's optimizer whose last axis is the channels; attributes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import UnsupportedError
from npucore.tensor import Array
from npucore_onnx import parse
from tests.material.onnx.runtime import assert_equals_runtime, reference
from tests.material.onnx.stored import Rng, draw
from tests.material.onnx.write import MICROSOFT, model, node

SIDE = 6
"""As many channels as rows and columns: a file that is read the wrong way round is no error."""
CHANNELS_LAST: dict[str, dict[str, Any]] = {
    "QLinearAveragePool": {"kernel_shape": [2, 3], "strides": [2, 1]},
    "QLinearGlobalAveragePool": {},
    "QLinearConv": {"kernel_shape": [3, 2], "pads": [1, 0, 1, 1]},
}


def quantized(operator: str, rng: Rng, **attributes: Any) -> tuple[bytes, dict[str, Array]]:
    """A file of one operator on an uint8 map, and its input."""
    x = draw(rng, np.uint8, 2, SIDE, SIDE, SIDE)
    constants: dict[str, Array | np.generic] = {"sx": np.float32(0.071), "zx": np.uint8(120)}
    constants |= {"sy": np.float32(0.05), "zy": np.uint8(117)}
    names = ["x", "sx", "zx"]
    if operator == "QLinearConv":
        kernel = attributes["kernel_shape"]
        constants |= {"w": draw(rng, np.uint8, SIDE, SIDE, *kernel), "sw": np.float32(0.001)}
        constants |= {"zw": np.uint8(128), "b": rng.integers(-99, 99, SIDE, np.int32)}
        names += ["w", "sw", "zw"]
    names += ["sy", "zy", "b"] if operator == "QLinearConv" else ["sy", "zy"]
    made = node(operator, names, domain=MICROSOFT, **attributes)
    return model([made], {"x": (np.uint8, x.shape)}, {"y": np.uint8}, constants), {"x": x}


@pytest.mark.parametrize("operator", CHANNELS_LAST)
@pytest.mark.parametrize("last", [0, 1])
def test_the_channels_are_where_the_file_says(rng: Rng, operator: str, last: int) -> None:
    data, inputs = quantized(operator, rng, channels_last=last, **CHANNELS_LAST[operator])
    assert_equals_runtime(data, inputs)


def test_the_pool_of_another_name(rng: Rng) -> None:
    x = draw(rng, np.uint8, 2, SIDE, SIDE, SIDE)
    windows = {"kernel_shape": [3, 2], "strides": [1, 2], "pads": [1, 0, 1, 0]}
    made = node("NhwcMaxPool", ["x"], domain=MICROSOFT, **windows)
    assert_equals_runtime(model([made], {"x": (np.uint8, x.shape)}, {"y": np.uint8}), {"x": x})


def test_a_softmax_is_that_of_the_operator_set_that_it_names(rng: Rng) -> None:
    """Before 13 it goes over all axes from one on."""
    x = draw(rng, np.uint8, 4, 5, 6)
    constants = {"s": np.float32(0.05), "sy": np.float32(1 / 256)}
    zeros = {"z": np.uint8(5), "zy": np.uint8(0)}
    made = node("QLinearSoftmax", ["x", "s", "z", "sy", "zy"], domain=MICROSOFT, opset=11, axis=1)
    data = model([made], {"x": (np.uint8, x.shape)}, {"y": np.uint8}, {**constants, **zeros})
    (probabilities,) = reference(parse(data), {"x": x})
    sums = probabilities.reshape(4, -1).sum(axis=1) / 256
    np.testing.assert_allclose(sums, 1, atol=15 / 256)  # 30 roundings
    assert_equals_runtime(data, {"x": x})


def test_an_attribute_that_an_operator_does_not_have_is_refused(rng: Rng) -> None:
    x = rng.standard_normal((1, 3, 8, 8)).astype(np.float32)
    made = node("MaxPool", ["x"], kernel_shape=[2, 2], channels_last=1)
    data = model([made], {"x": (np.float32, x.shape)}, {"y": np.float32})
    with pytest.raises(
        UnsupportedError, match="MaxPool of opset 17 has no attribute channels_last"
    ):
        parse(data)


def test_a_file_laid_out_for_one_kind_of_cpu_names_the_way_on(rng: Rng) -> None:
    x = rng.standard_normal((1, 3, 8, 8)).astype(np.float32)
    made = node("ReorderInput", ["x"], domain="com.microsoft.nchwc")
    with pytest.raises(UnsupportedError, match="save it with ORT_ENABLE_EXTENDED"):
        parse(model([made], {"x": (np.float32, x.shape)}, {"y": np.float32}))

# SPDX-License-Identifier: MIT
"""Frames as Frigate makes them, and rows as it takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.frigate.tensors import Frames
from npucore.graph import Graph
from npucore.ops import Reshape
from npucore.tensor import Array, Quantization, Tensor
from tests.material.vision.small_detector import detector

RNG = np.random.default_rng(18)
PIXELS = RNG.integers(0, 256, (1, 4, 6, 3)).astype(np.uint8)


def frames(dtype: str, quantization: Quantization | None = None, first: bool = False) -> Frames:
    """Of a network that takes 4 x 6 pixels."""
    shape = (1, 3, 4, 6) if first else (1, 4, 6, 3)
    x = Tensor("x", shape, np.dtype(dtype), quantization)
    y = Tensor("y", (1, 72), np.dtype(dtype), quantization)
    return Frames(Graph((Reshape(input=x, output=y),), (x,), (y,)))


UNIT = Quantization.per_tensor(1 / 255, 0)
SIGNED = Quantization.per_tensor(1 / 255, -128)
CASES: dict[str, tuple[Frames, Array, Array]] = {
    "bytes-as-they-are": (frames("uint8", UNIT), PIXELS, PIXELS),
    "bytes-whatever-the-scale": (
        frames("uint8", Quantization.per_tensor(0.01, 128)),
        PIXELS,
        PIXELS,
    ),
    "bytes-to-int8": (
        frames("int8", SIGNED),
        PIXELS,
        (PIXELS.astype(np.int16) - 128).astype(np.int8),
    ),
    "bytes-to-floats": (frames("float32"), PIXELS, (PIXELS / 255).astype(np.float32)),
    "channels-first": (frames("uint8", UNIT), PIXELS.transpose(0, 3, 1, 2), PIXELS),
    "to-channels-first": (frames("uint8", UNIT, True), PIXELS, PIXELS.transpose(0, 3, 1, 2)),
    "floats-as-they-are": (
        frames("float32"),
        (PIXELS * np.float32(2)),
        PIXELS * np.float32(2),
    ),
    "floats-to-int8": (
        frames("int8", SIGNED, True),
        (PIXELS / np.float32(255)).astype(np.float32),
        (PIXELS.astype(np.int16) - 128).astype(np.int8).transpose(0, 3, 1, 2),
    ),
}


@pytest.mark.parametrize(("of", "frame", "wanted"), CASES.values(), ids=CASES)
def test_a_frame_becomes_what_the_network_takes(of: Frames, frame: Array, wanted: Array) -> None:
    found = of.input(frame)
    assert (found.dtype, found.shape) == (of.tensor.dtype, of.tensor.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "dtype", "sentence"),
    [
        ((1, 6, 4, 3), "uint8", "a frame of 6x4x3, the network wants 4x6x3"),
        ((1, 4, 6, 1), "uint8", "a frame of 4x6x1, the network wants 4x6x3"),
        ((2, 4, 6, 3), "uint8", "has shape"),
        ((72,), "uint8", "has shape"),
        ((1, 4, 6, 3), "int64", "a frame of int64, wanted uint8 or float32"),
        ((1, 4, 6, 3), "float32", "the network wants pixels: input_dtype int"),
    ],
)
def test_other_frames_are_refused(shape: Any, dtype: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        frames("uint8").input(np.zeros(shape, dtype))


def test_rows_are_the_best_first_from_the_threshold_on() -> None:
    of = Frames(detector())
    made = np.zeros((1, 7, 6), np.float32)
    made[0, :3] = [[0, 0, 16, 32, 0.39, 0], [8, 0, 16, 32, 0.4, 5], [0, 8, 32, 16, 0.9, 1]]
    rows = of.rows([made], "yologeneric")
    np.testing.assert_allclose(rows[0], [1, 0.9, 0.25, 0, 0.5, 1])
    np.testing.assert_allclose(rows[1], [5, 0.4, 0, 0.25, 1, 0.5])
    assert not rows[2:].any()
    with pytest.raises(InputError, match="--head yolox: outputs"):
        of.rows([made], "yolox")
    with pytest.raises(InputError, match="none of such a network"):
        of.rows([made + 7], None)


def test_a_network_that_takes_no_picture_is_refused() -> None:
    x, y = Tensor("x", (1, 4), np.dtype(np.uint8)), Tensor("y", (4,), np.dtype(np.uint8))
    with pytest.raises(InputError, match="an image wants"):
        Frames(Graph((Reshape(input=x, output=y),), (x,), (y,)))

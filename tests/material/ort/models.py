# SPDX-License-Identifier: MIT
"""Small ONNX models for programs of ONNX Runtime."""

from __future__ import annotations

import numpy as np

from npucore.tensor import Array
from tests.material.onnx.stored import seven_bits
from tests.material.onnx.write import Qdq, model, node

X = (1, 3, 8, 8)


def zeros() -> Array:
    """An input of `floats`."""
    return np.zeros(X, np.float32)


def floats(seed: int = 1, shape: tuple[int | str | None, ...] = X) -> bytes:
    """A convolution with a rectifier, a mean and a softmax of floats: ``x`` -> ``y``."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((4, 3, 3, 3)).astype(np.float32)
    nodes = [
        node("Conv", ["x", "w"], "conv", pads=[1, 1, 1, 1]),
        node("Relu", ["conv"], "relu"),
        node("GlobalAveragePool", ["relu"], "mean"),
        node("Flatten", ["mean"], "flat"),
        node("Softmax", ["flat"], "y"),
    ]
    return model(nodes, {"x": (np.float32, shape)}, {"y": np.float32}, {"w": weights})


def quantized(sine: bool = True, seed: int = 1) -> bytes:
    """Two quantized convolutions, between them a Sin that stays float; ``x0`` int8 -> ``y``."""
    rng, q = np.random.default_rng(seed), Qdq()
    x = q.input(np.zeros(X, np.int8), 0.02, 0)
    first = q.node("Conv", [x, q.constant(_weights(rng, 8, 3), 0.01)], pads=[1, 1, 1, 1])
    q.nodes.append(node("QuantizeLinear", [first, *q.meaning(0.0371, 0, np.int8)], "first"))
    middle = q.real("first", q.meaning(0.0371, 0, np.int8))
    if sine:
        real = q.node("Sin", [middle])
        q.nodes.append(node("QuantizeLinear", [real, *q.meaning(0.01, 0, np.int8)], "sine"))
        middle = q.real("sine", q.meaning(0.01, 0, np.int8))
    last = q.node("Conv", [middle, q.constant(_weights(rng, 8, 8), 0.01)], pads=[1, 1, 1, 1])
    return q.file(last, 0.0433, 0, np.int8)


def _weights(rng: np.random.Generator, out: int, into: int) -> Array:
    return seven_bits(rng, out, into, 3, 3)

# SPDX-License-Identifier: MIT
"""Encoders with the sizes of published ones and seeded random weights, as ONNX files have them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Float32s = np.ndarray


@dataclass(frozen=True)
class Sizes:
    """Of an encoder: *tokens* of *width* numbers, *heads* of attention, *layers* of *hidden*."""

    tokens: int
    width: int
    heads: int
    layers: int
    hidden: int


VIT_TINY = Sizes(197, 192, 3, 12, 768)
WHISPER_TINY = Sizes(1500, 384, 6, 4, 1536)
VIT_BASE = Sizes(197, 768, 12, 12, 3072)
SMALL = Sizes(17, 64, 2, 2, 96)


@dataclass
class Encoder:
    """Nodes and constants so far; every method adds some, and gives its result's name."""

    sizes: Sizes
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def constant(self, values: Float32s) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def matrix(self, x: str, inner: int, columns: int) -> str:
        """A product with weights, and a bias."""
        weights = self.rng.normal(0, inner**-0.5, (inner, columns)).astype(np.float32)
        bias = self.rng.normal(0, 0.02, columns).astype(np.float32)
        return self.node("Add", self.node("MatMul", x, self.constant(weights)), self.constant(bias))

    def normalized(self, x: str) -> str:
        width = self.sizes.width
        scale = self.rng.normal(1, 0.02, width).astype(np.float32)
        bias = self.rng.normal(0, 0.02, width).astype(np.float32)
        ends = self.constant(scale), self.constant(bias)
        return self.node("LayerNormalization", x, *ends, axis=-1, epsilon=1e-5)

    def heads(self, x: str, order: tuple[int, ...]) -> str:
        """(1, T, width) -> (1, heads, T, each), or in another order."""
        s = self.sizes
        shape = self.constant(np.array([1, s.tokens, s.heads, s.width // s.heads], np.int64))
        return self.node("Transpose", self.node("Reshape", x, shape), perm=order)

    def attention(self, x: str) -> str:
        s = self.sizes
        q, k, v = (self.matrix(x, s.width, s.width) for _ in range(3))
        scores = self.node("MatMul", self.heads(q, (0, 2, 1, 3)), self.heads(k, (0, 2, 3, 1)))
        scale = self.constant(np.array((s.width // s.heads) ** -0.5, np.float32))
        shares = self.node("Softmax", self.node("Mul", scores, scale), axis=-1)
        mixed = self.node("MatMul", shares, self.heads(v, (0, 2, 1, 3)))
        shape = self.constant(np.array([1, s.tokens, s.width], np.int64))
        joined = self.node("Reshape", self.node("Transpose", mixed, perm=(0, 2, 1, 3)), shape)
        return self.matrix(joined, s.width, s.width)

    def layer(self, x: str) -> str:
        s = self.sizes
        x = self.node("Add", x, self.attention(self.normalized(x)))
        hidden = self.node("Gelu", self.matrix(self.normalized(x), s.width, s.hidden))
        return self.node("Add", x, self.matrix(hidden, s.hidden, s.width))


def encoder(sizes: Sizes) -> bytes:
    """A whole file: ``x``, (1, tokens, width) float32, to the same shape."""
    made = Encoder(sizes)
    x = "x"
    for _ in range(sizes.layers):
        x = made.layer(x)
    last = made.normalized(x)
    shape = (1, sizes.tokens, sizes.width)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", last)]
    graph = helper.make_graph(made.nodes, "encoder", ends[:1], ends[1:], made.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())

# SPDX-License-Identifier: MIT
"""Blocks of families of float networks, small and with seeded random weights, as ONNX files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


@dataclass
class Block:
    """Nodes and constants so far; every method adds some, and gives its result's name."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def constant(self, values: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def convolved(
        self, x: str, channels: int, kernels: int, kernel: int = 1, groups: int = 1, stride: int = 1
    ) -> str:
        shape = (kernels, channels // groups, kernel, kernel)
        weights = self.rng.normal(0, (shape[1] * kernel**2) ** -0.5, shape).astype(np.float32)
        bias = self.rng.normal(0, 0.02, kernels).astype(np.float32)
        ends = self.constant(weights), self.constant(bias)
        pads = [kernel // 2] * 4
        return self.node("Conv", x, *ends, group=groups, pads=pads, strides=[stride, stride])

    def gated(self, x: str, channels: int, squeezed: int, gate: str) -> str:
        """Squeeze and excitation."""
        mean = self.node("GlobalAveragePool", x)
        inner = self.node("Relu", self.convolved(mean, channels, squeezed))
        return self.node("Mul", x, self.node(gate, self.convolved(inner, squeezed, channels)))

    def swish(self, x: str) -> str:
        return self.node("Mul", x, self.node("Sigmoid", x))

    def normalized(self, x: str, channels: int) -> str:
        """Over the channels of each pixel."""
        ends = (
            self.constant(self.rng.normal(mean, 0.02, channels).astype(np.float32))
            for mean in (1, 0)
        )
        last = self.node("Transpose", x, perm=[0, 2, 3, 1])
        normal = self.node("LayerNormalization", last, *ends, axis=-1, epsilon=1e-6)
        return self.node("Transpose", normal, perm=[0, 3, 1, 2])

    def file(self, x: tuple[int, ...], y: str) -> bytes:
        ends = [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, x),
            helper.make_tensor_value_info(y, TensorProto.FLOAT, None),
        ]
        graph = helper.make_graph(self.nodes, "block", ends[:1], ends[1:], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
        return bytes(model.SerializeToString())


def mobilenet_v3() -> bytes:
    """Two inverted residuals with hard swishes and squeeze and excitation."""
    b, x = Block(), "x"
    for _ in range(2):
        wide = b.node("HardSwish", b.convolved(x, 24, 96))
        deep = b.node("HardSwish", b.convolved(wide, 96, 96, 5, groups=96))
        x = b.node("Add", x, b.convolved(b.gated(deep, 96, 24, "HardSigmoid"), 96, 24))
    return b.file((1, 24, 20, 20), x)


def efficientnet() -> bytes:
    """Two of the same with swishes and a logistic gate, the first by twos."""
    b, x = Block(), "x"
    for stride in (2, 1):
        wide = b.swish(b.convolved(x, 24, 96))
        deep = b.swish(b.convolved(wide, 96, 96, 3, groups=96, stride=stride))
        y = b.convolved(b.gated(deep, 96, 8, "Sigmoid"), 96, 24)
        x = y if stride > 1 else b.node("Add", x, y)
    return b.file((1, 24, 20, 20), x)


def convnext() -> bytes:
    """Two blocks: 7 x 7 depthwise, a normalization, GELU between matrices."""
    b, x = Block(), "x"
    for _ in range(2):
        y = b.normalized(b.convolved(x, 64, 64, 7, groups=64), 64)
        y = b.convolved(b.node("Gelu", b.convolved(y, 64, 256)), 256, 64)
        x = b.node("Add", x, y)
    return b.file((1, 64, 16, 16), x)


def unet() -> bytes:
    """A block of a diffusion model: down, two residuals, up, and the skipped map beside it."""
    b = Block()
    first = b.swish(b.convolved("x", 8, 64, 3))
    x = b.convolved(first, 64, 64, 3, stride=2)
    for _ in range(2):
        x = b.node("Add", x, b.convolved(b.swish(b.convolved(x, 64, 64, 3)), 64, 64, 3))
    sizes = b.constant(np.array([1, 1, 2, 2], np.float32))
    way = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric"}
    up = b.node("Resize", x, "", sizes, nearest_mode="floor", **way)
    joined = b.node("Concat", b.convolved(up, 64, 64, 3), first, axis=1)
    return b.file((1, 8, 24, 24), b.convolved(b.swish(joined), 128, 8, 3))


FAMILIES: dict[str, Callable[[], bytes]] = {
    "MobileNetV3": mobilenet_v3,
    "EfficientNet": efficientnet,
    "ConvNeXt": convnext,
    "UNet": unet,
}

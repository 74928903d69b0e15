# SPDX-License-Identifier: MIT
"""The demo network's layers, shared by training, quantising, simulating and writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["conv", "depthwise", "add", "pool", "reshape", "dense", "softmax"]

INPUT = "image"
IMAGE_SIZE = 8
CLASSES = 10


@dataclass(frozen=True)
class Layer:
    """One operator, named after the tensor it produces."""

    name: str
    kind: Kind
    inputs: tuple[str, ...]
    channels: int
    size: int
    kernel: int = 1
    stride: int = 1
    relu6: bool = False

    @property
    def weighted(self) -> bool:
        """Return whether the layer has weights and a bias."""
        return self.kind in ("conv", "depthwise", "dense")

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the produced tensor in NHWC order, batch of one."""
        if self.kind in ("reshape", "dense", "softmax"):
            return (1, self.channels)
        return (1, self.size, self.size, self.channels)


def _inverted_residual(
    name: str, source: str, size: int, widths: tuple[int, int], stride: int = 1
) -> list[Layer]:
    """Return MobileNetV2's block: expand, depthwise, linear project, add when stride is 1."""
    expanded, projected = widths
    expand, spread, project = f"{name}_expand", f"{name}_depthwise", f"{name}_project"
    small = size // stride
    block = [
        Layer(expand, "conv", (source,), expanded, size, relu6=True),
        Layer(spread, "depthwise", (expand,), expanded, small, 3, stride, relu6=True),
        Layer(project, "conv", (spread,), projected, small),
    ]
    if stride == 1:
        block.append(Layer(f"{name}_add", "add", (source, project), projected, size))
    return block


LAYERS: tuple[Layer, ...] = (
    Layer("stem", "conv", (INPUT,), 16, 8, kernel=3, relu6=True),
    *_inverted_residual("block1", "stem", 8, (48, 16)),
    *_inverted_residual("block2", "block1_add", 8, (64, 32), stride=2),
    *_inverted_residual("block3", "block2_project", 4, (64, 32)),
    Layer("head", "conv", ("block3_add",), 64, 4, relu6=True),
    Layer("pool", "pool", ("head",), 64, 1, kernel=4),
    Layer("flat", "reshape", ("pool",), 64, 1),
    Layer("logits", "dense", ("flat",), CLASSES, 1),
    Layer("probabilities", "softmax", ("logits",), CLASSES, 1),
)


def channels_into(layer: Layer) -> int:
    """Return the channels of the layer's first input."""
    if layer.inputs[0] == INPUT:
        return 1
    return next(other.channels for other in LAYERS if other.name == layer.inputs[0])


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return what TFLite's SAME adds before and after; the odd pixel goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2

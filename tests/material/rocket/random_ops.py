# SPDX-License-Identifier: MIT
"""Random ops of every kind that rocket takes, with awkward channels, shapes and zero points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Convolution,
    FullyConnected,
    Mean,
    Op,
    Padding,
    Pooling,
    PoolingType,
    Quantize,
)
from npucore.quantize import Rounding
from npucore.tensor import Quantization, Tensor

CHANNELS = (
    1,
    2,
    3,
    4,
    15,
    16,
    17,
    20,
    31,
    32,
    33,
    40,
    50,
    60,
    63,
    64,
    65,
    90,
    96,
    98,
    112,
    114,
    128,
    130,
)
DTYPES = (np.dtype(np.uint8), np.dtype(np.int8))


class Random:
    """A generator with the habits of these tests."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.dtype = DTYPES[self.rng.integers(2)]
        self.low, self.high = np.iinfo(self.dtype).min, np.iinfo(self.dtype).max

    def size(self, most: int) -> int:
        """1 to *most*."""
        return int(self.rng.integers(1, most + 1))

    def channels(self) -> int:
        """A number of channels that is rarely round."""
        return int(self.rng.choice(CHANNELS))

    def zero_point(self) -> int:
        """Often at an edge of the range."""
        inside = self.rng.integers(self.low, self.high + 1)
        return int(self.rng.choice([self.low, self.high, int(inside), int(inside)]))

    def quantization(self, scale: float | None = None) -> Quantization:
        """One scale, by default between 0.003 and 0.3."""
        scale = float(10 ** self.rng.uniform(-2.5, -0.5)) if scale is None else scale
        return Quantization.per_tensor(scale, self.zero_point())

    def map(self, name: str, most: int = 24, channels: int | None = None) -> Tensor:
        """A feature map of up to *most* rows and columns; some are long and narrow."""
        rows, columns = (3, 300) if self.rng.random() < 0.15 else (most, most)
        shape = (1, self.size(rows), self.size(columns), channels or self.channels())
        return Tensor(name, shape, self.dtype, self.quantization())

    def numbers(self, shape: tuple[int, ...]) -> np.ndarray:
        """Stored numbers over the whole range."""
        return self.rng.integers(self.low, self.high, shape, self.dtype, True)

    def weights(self, shape: tuple[int, ...], per_channel: bool) -> Tensor:
        """Constant weights; int8 ones have zero point 0."""
        scale = float(10 ** self.rng.uniform(-2, -1))
        if per_channel:
            quantization = Quantization.per_channel(scale * self.rng.uniform(0.2, 1, shape[0]), 0)
        else:
            zero = 0 if self.dtype == np.int8 else self.zero_point()
            quantization = Quantization.per_tensor(scale, zero)
        return Tensor("w", shape, self.dtype, quantization, self.numbers(shape))

    def activation(self) -> Activation:
        """Often none; zero points decide whether the others clamp inside the range."""
        some = (Activation.RELU, Activation.RELU6)
        return some[self.rng.integers(2)] if self.rng.random() < 0.25 else Activation.NONE

    def output_scale(self, source: Tensor, weights: Tensor) -> float:
        """Outputs use most of their range: the spread of the sums is about 50 LSB."""
        assert weights.data is not None
        centred = weights.data.astype(float) - weights.q.zero_point.flat[0]
        spread = float(np.sqrt((centred**2).reshape(len(centred), -1).sum(axis=1).mean())) * 80
        return float(source.q.scale) * float(weights.q.scale.max()) * spread / 50


def convolution(r: Random) -> Op | None:
    """Dense, grouped, depthwise, with multipliers; None for a window that does not fit."""
    source = r.map("x")
    channels = source.shape[3]
    kind = r.rng.choice(["dense", "depthwise", "grouped", "multiplied"])
    groups, outputs = 1, r.channels()
    if kind in ("depthwise", "multiplied"):
        groups, outputs = channels, channels * (1 + (kind == "multiplied"))
    elif kind == "grouped":
        groups = int(r.rng.choice([n for n in range(1, channels + 1) if channels % n == 0]))
        outputs = groups * r.size(3)
    kernel, stride = (r.size(5), r.size(5)), (r.size(3), r.size(3))
    padding = Padding(*(int(r.rng.integers(0, kernel[i // 2])) for i in range(4)))
    rows = source.shape[1] + padding.top + padding.bottom - kernel[0]
    columns = source.shape[2] + padding.left + padding.right - kernel[1]
    if min(rows, columns) < 0:
        return None
    per_channel = r.dtype == np.int8 and r.rng.random() < 0.5
    weights = r.weights((outputs, *kernel, channels // groups), per_channel)
    bias = r.rng.integers(-20000, 20000, outputs, np.int32)
    shape = (1, rows // stride[0] + 1, columns // stride[1] + 1, outputs)
    return Convolution(
        input=source,
        weights=weights,
        bias=Tensor("b", bias.shape, bias.dtype, None, bias),
        output=Tensor("y", shape, r.dtype, r.quantization(r.output_scale(source, weights))),
        stride=stride,
        padding=padding,
        groups=groups,
        activation=r.activation(),
    )


def fully_connected(r: Random) -> Op:
    """One row."""
    inputs, outputs = r.channels(), r.channels()
    source = Tensor("x", (1, inputs), r.dtype, r.quantization())
    weights = r.weights((outputs, inputs), per_channel=False)
    output = Tensor("y", (1, outputs), r.dtype, r.quantization(r.output_scale(source, weights)))
    return FullyConnected(input=source, weights=weights, output=output, activation=r.activation())


def add(r: Random) -> Op:
    """Two maps of any scales."""
    a = r.map("a")
    b = Tensor("b", a.shape, r.dtype, r.quantization())
    scale = 1.3 * max(float(a.q.scale), float(b.q.scale))
    output = Tensor("y", a.shape, r.dtype, r.quantization(scale))
    return Add(a=a, b=b, output=output, activation=r.activation())


def pooling(r: Random) -> Op:
    """Averages of windows inside the map."""
    source = r.map("x")
    _, height, width, channels = source.shape
    kernel, stride = (r.size(min(height, 9)), r.size(min(width, 9))), (r.size(3), r.size(3))
    rows, columns = (height - kernel[0]) // stride[0] + 1, (width - kernel[1]) // stride[1] + 1
    output = Tensor("y", (1, rows, columns, channels), r.dtype, source.q)
    return Pooling(
        type=PoolingType.AVERAGE,
        input=source,
        output=output,
        kernel=kernel,
        stride=stride,
        activation=r.activation(),
    )


def mean(r: Random) -> Op:
    """Of the whole map."""
    source = r.map("x", most=17)
    quantization = r.quantization(float(source.q.scale) / 2)
    output = Tensor("y", (1, source.shape[3]), r.dtype, quantization)
    return Mean(input=source, output=output, axes=(1, 2))


def quantize(r: Random) -> Op:
    """To either dtype, by a factor of up to 3."""
    source = r.map("x")
    scale = float(source.q.scale) * float(10 ** r.rng.uniform(-0.5, 0.5))
    dtype = DTYPES[r.rng.integers(2)]
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    quantization = Quantization.per_tensor(scale, int(r.rng.integers(low, high + 1)))
    return Quantize(input=source, output=Tensor("y", source.shape, dtype, quantization))


MAKERS: dict[str, Callable[[Random], Op | None]] = {
    "add": add,
    "convolution": convolution,
    "fully_connected": fully_connected,
    "mean": mean,
    "pooling": pooling,
    "quantize": quantize,
}


def graph_of(op: Op) -> Graph:
    """The op alone, under the exact rule."""
    inputs = tuple(dict.fromkeys(t for t in op.inputs if not t.is_constant))
    return Graph((op,), inputs, op.outputs, Rounding.EXACT)

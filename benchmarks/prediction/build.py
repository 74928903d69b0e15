# SPDX-License-Identifier: MIT
"""Whole networks as graphs, op by op: int8, with random weights and a scale for each kernel."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Activation,
    Add,
    Concatenation,
    Convolution,
    Logistic,
    Mul,
    Op,
    Padding,
    Pooling,
    PoolingType,
    Reshape,
    Resize,
    StridedSlice,
)
from npucore.tensor import Array, Quantization, Shape, Tensor

INT8, INT32 = np.dtype(np.int8), np.dtype(np.int32)
MAP = Quantization.per_tensor(0.05, 3)
CLAMPED = Quantization.per_tensor(6 / 255, -128)
PROBABILITY = Quantization.per_tensor(1 / 256, -128)
SPREAD = 74  # of int8 at random: 256 / sqrt(12)
WIDEST = 4.0  # the largest scale of a layer's kernels over the smallest


class Builder:
    """Ops one behind the other; each method appends some and gives what they write."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self._rng = np.random.default_rng(7)

    def tensor(self, shape: Shape, q: Quantization = MAP) -> Tensor:
        """The next map."""
        return Tensor(f"t{len(self.ops)}_{self._rng.integers(1 << 40)}", shape, INT8, q)

    def conv(
        self,
        x: Tensor,
        kernels: int,
        kernel: int = 1,
        stride: int = 1,
        *,
        depthwise: bool = False,
        activation: Activation = Activation.NONE,
    ) -> Tensor:
        """A convolution that is padded as TFLite's SAME, with a bias and weights per axis."""
        n, h, w, c = x.shape
        rows, columns = -(-h // stride), -(-w // stride)
        top, left = (
            max((out - 1) * stride + kernel - size, 0) for out, size in ((rows, h), (columns, w))
        )
        clamped = activation is Activation.RELU6
        y = self.tensor((n, rows, columns, kernels), CLAMPED if clamped else MAP)
        depth = 1 if depthwise else c
        op = Convolution(
            input=x,
            weights=self._weights((kernels, kernel, kernel, depth), x, y),
            bias=Tensor(f"{y.name}_b", (kernels,), INT32, None, self._bias(kernels)),
            output=y,
            stride=(stride, stride),
            padding=Padding(top // 2, top - top // 2, left // 2, left - left // 2),
            groups=c if depthwise else 1,
            activation=activation,
        )
        self.ops.append(op)
        return y

    def _bias(self, kernels: int) -> Array:
        return self._rng.integers(-500, 500, kernels).astype(np.int32)

    def _weights(self, shape: Shape, x: Tensor, y: Tensor) -> Tensor:
        data = self._rng.integers(-127, 128, shape).astype(np.int8)
        spread = SPREAD**2 * math.sqrt(math.prod(shape[1:]))
        usual = 60 * float(y.q.scale) / (float(x.q.scale) * spread)
        scales = usual * self._rng.uniform(1 / math.sqrt(WIDEST), math.sqrt(WIDEST), shape[0])
        return Tensor(f"{y.name}_w", shape, INT8, Quantization.per_channel(scales, 0), data)

    def separable(self, x: Tensor, kernels: int, kernel: int = 3) -> Tensor:
        """Depthwise, then 1 x 1, nothing between them."""
        y = self.conv(x, x.shape[3], kernel, depthwise=True)
        return self.conv(y, kernels)

    def add(self, a: Tensor, b: Tensor, activation: Activation = Activation.NONE) -> Tensor:
        """Element by element."""
        y = self.tensor(a.shape, CLAMPED if activation is Activation.RELU6 else MAP)
        self.ops.append(Add(a=a, b=b, output=y, activation=activation))
        return y

    def silu(self, x: Tensor) -> Tensor:
        """``x * logistic(x)``, in two ops as TFLite has it."""
        gate, y = self.tensor(x.shape, PROBABILITY), self.tensor(x.shape)
        self.ops += [Logistic(input=x, output=gate), Mul(a=x, b=gate, output=y)]
        return y

    def upsample(self, x: Tensor, rows: int) -> Tensor:
        """The nearest pixels, to *rows* x *rows*."""
        y = self.tensor((1, rows, rows, x.shape[3]), x.q)
        self.ops.append(Resize(input=x, output=y, size=(rows, rows)))
        return y

    def pool(self, x: Tensor, kernel: int, stride: int) -> Tensor:
        """Maxima, padded as SAME."""
        n, h, _, c = x.shape
        out = -(-h // stride)
        pad = max((out - 1) * stride + kernel - h, 0)
        y = self.tensor((n, out, out, c), x.q)
        op = Pooling(
            type=PoolingType.MAX,
            input=x,
            output=y,
            kernel=(kernel, kernel),
            stride=(stride, stride),
            padding=Padding(pad // 2, pad - pad // 2, pad // 2, pad - pad // 2),
        )
        self.ops.append(op)
        return y

    def concatenate(self, parts: Sequence[Tensor], axis: int) -> Tensor:
        """Side by side along *axis*."""
        shape = list(parts[0].shape)
        shape[axis] = sum(part.shape[axis] for part in parts)
        y = self.tensor(tuple(shape), parts[0].q)
        self.ops.append(Concatenation(operands=tuple(parts), output=y, axis=axis))
        return y

    def halves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The first and the second half of the channels."""
        n, h, w, c = x.shape
        sizes, found = (n, h, w, c // 2), []
        for first in (0, c // 2):
            y = self.tensor(sizes, x.q)
            begin, strides = (0, 0, 0, first), (1, 1, 1, 1)
            op = StridedSlice(input=x, output=y, begin=begin, sizes=sizes, strides=strides)
            self.ops.append(op)
            found.append(y)
        return found[0], found[1]

    def reshape(self, x: Tensor, shape: Shape) -> Tensor:
        """The same elements."""
        y = self.tensor(shape, x.q)
        self.ops.append(Reshape(input=x, output=y))
        return y

    def graph(self, name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
        """All of it."""
        return Graph(tuple(self.ops), tuple(inputs), tuple(outputs), name=name)

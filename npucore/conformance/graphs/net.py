# SPDX-License-Identifier: MIT
"""Layers in a row: the vocabulary in which the cases of several ops are written."""

from __future__ import annotations

from typing import Any

import numpy as np

from npucore import ops
from npucore.conformance.maker import Maker, Problem, places, same_padding
from npucore.ops import Activation, Op, Padding, PoolingType
from npucore.tensor import Quantization, Shape, Tensor

LOWEST = {"int8": -128, "uint8": 0}


class Net:
    """A graph under construction; every method adds an op and returns its result."""

    def __init__(self, m: Maker, dtype: str) -> None:
        self.m, self.dtype = m, dtype
        self.ops: list[Op] = []

    def input(self, *shape: int, name: str = "x", scale: float = 0.05) -> Tensor:
        """What the caller gives."""
        return self.m.input(shape, self.dtype, scale, name=name)

    def problem(self, *outputs: Tensor) -> Problem:
        """The graph; without *outputs* it returns what no op reads."""
        return self.m.problem(*self.ops, outputs=outputs or None)

    def _add(self, op: Op) -> Tensor:
        self.ops.append(op)
        return op.outputs[0]

    def _name(self) -> str:
        return f"t{len(self.ops)}"

    def _named(self, tensor: Tensor) -> Tensor:
        return Tensor(self._name(), tensor.shape, tensor.dtype, tensor.quantization)

    def _like(self, x: Tensor, shape: Shape) -> Tensor:
        return self.m.like(x, shape, self._name())

    def conv(
        self,
        x: Tensor,
        outputs: int,
        kernel: int = 1,
        stride: int = 1,
        activation: Activation = Activation.NONE,
        groups: int = 1,
        per_channel: bool = False,
        valid: bool = False,
    ) -> Tensor:
        """A convolution with SAME padding, unless *valid*; a clamp's zero point is its low end."""
        n, h, w, c = x.shape
        square, step = (kernel, kernel), (stride, stride)
        padding = Padding() if valid else same_padding((h, w), square, step)
        weights = self.m.weights((outputs, *square, c // groups), self.dtype, None, per_channel)
        shape = (n, *places((h, w), square, step, padding), outputs)
        zero = None if activation is Activation.NONE else LOWEST[self.dtype]
        op = ops.Convolution(
            input=x,
            weights=weights,
            bias=self.m.bias(x, weights),
            output=self._named(self.m.summed(x, weights, shape, zero)),
            stride=step,
            padding=padding,
            groups=groups,
            activation=activation,
        )
        return self._add(op)

    def depthwise(
        self, x: Tensor, stride: int = 1, activation: Activation = Activation.NONE
    ) -> Tensor:
        """3 x 3, a kernel for every channel."""
        channels = x.shape[3]
        return self.conv(x, channels, 3, stride, activation, groups=channels)

    def add(self, a: Tensor, b: Tensor, activation: Activation = Activation.NONE) -> Tensor:
        """The sum of two maps."""
        scale = 1.3 * max(float(a.q.scale), float(b.q.scale))
        output = self.m.tensor(a.shape, self.dtype, scale, name=self._name())
        return self._add(ops.Add(a=a, b=b, output=output, activation=activation))

    def mul(self, a: Tensor, b: Tensor) -> Tensor:
        """The product of two maps."""
        scale = 40 * float(a.q.scale) * float(b.q.scale)
        output = self.m.tensor(a.shape, self.dtype, scale, name=self._name())
        return self._add(ops.Mul(a=a, b=b, output=output))

    def subtract(self, a: Tensor, b: Tensor) -> Tensor:
        """The difference of two maps."""
        scale = 1.3 * max(float(a.q.scale), float(b.q.scale))
        output = self.m.tensor(a.shape, self.dtype, scale, name=self._name())
        return self._add(ops.Subtract(a=a, b=b, output=output))

    def constant(self, shape: Shape, stored: int | None = None) -> Tensor:
        """Numbers that the model holds: *stored* everywhere, above the lowest, or any."""
        q = Quantization.per_tensor(0.04, LOWEST[self.dtype] + 100)
        data = self.m.draw(shape, self.dtype)
        if stored is not None:
            data = np.full(shape, LOWEST[self.dtype] + stored, self.dtype)
        return self.m.constant(data, self.dtype, q)

    def concat(self, *operands: Tensor, axis: int = 3) -> Tensor:
        """Maps side by side, brought to the first one's quantization where theirs differs."""
        first = operands[0]
        same = [x if x.q.same_as(first.q) else self.requantize(x, first.q) for x in operands]
        shape = list(first.shape)
        shape[axis] = sum(x.shape[axis] for x in operands)
        output = self._like(first, tuple(shape))
        return self._add(ops.Concatenation(operands=tuple(same), output=output, axis=axis))

    def requantize(self, x: Tensor, q: Quantization, dtype: str | None = None) -> Tensor:
        """The same real numbers in another quantization."""
        output = Tensor(self._name(), x.shape, np.dtype(dtype or x.dtype), q)
        return self._add(ops.Quantize(input=x, output=output))

    def split(self, x: Tensor, *sizes: int, axis: int = 3) -> tuple[Tensor, ...]:
        """A map cut into channels, or anything along another axis."""
        results = tuple(
            self.m.like(x, (*x.shape[:axis], size, *x.shape[axis + 1 :]), f"{self._name()}_{i}")
            for i, size in enumerate(sizes)
        )
        self._add(ops.Split(input=x, results=results, axis=axis, sizes=sizes))
        return results

    def slice(self, x: Tensor, begin: Shape, sizes: Shape) -> Tensor:
        """A part of a map."""
        strides = (1,) * len(sizes)
        output = self._like(x, sizes)
        return self._add(
            ops.StridedSlice(input=x, output=output, begin=begin, sizes=sizes, strides=strides)
        )

    def pad(self, x: Tensor, before: int, after: int) -> Tensor:
        """A border of zeros on the map."""
        n, h, w, c = x.shape
        output = self._like(x, (n, h + before + after, w + before + after, c))
        sides = (0, before, before, 0), (0, after, after, 0)
        return self._add(ops.Pad(input=x, output=output, before=sides[0], after=sides[1]))

    def pool(self, x: Tensor, type_: PoolingType, kernel: int, stride: int) -> Tensor:
        """An average or a maximum without border."""
        n, h, w, c = x.shape
        square, step = (kernel, kernel), (stride, stride)
        output = self._like(x, (n, *places((h, w), square, step, Padding()), c))
        return self._add(
            ops.Pooling(type=type_, input=x, output=output, kernel=square, stride=step)
        )

    def mean(self, x: Tensor, keep: bool = False) -> Tensor:
        """Over the map."""
        shape = (x.shape[0], 1, 1, x.shape[3]) if keep else (x.shape[0], x.shape[3])
        output = self._like(x, shape)
        return self._add(ops.Mean(input=x, output=output, axes=(1, 2), keep_axes=keep))

    def dense(
        self,
        x: Tensor,
        outputs: int,
        activation: Activation = Activation.NONE,
        inputs: int | None = None,
        keep: bool = False,
        per_channel: bool = False,
    ) -> Tensor:
        """A fully connected layer over rows of *inputs* values, by default the last axis.

        The result is (N, outputs), or has the operand's axes if they are to be kept.
        """
        inputs = x.shape[-1] if inputs is None else inputs
        weights = self.m.weights((outputs, inputs), self.dtype, None, per_channel)
        shape = (*x.shape[:-1], outputs) if keep else (x.elements // inputs, outputs)
        zero = LOWEST[self.dtype] if activation is not Activation.NONE else None
        output = self.m.summed(x, weights, shape, zero)
        return self._add(
            ops.FullyConnected(
                input=x, weights=weights, bias=self.m.bias(x, weights),
                output=self._named(output), activation=activation,
            )
        )  # fmt: skip

    def matmul(self, x: Tensor, outputs: int, turned: bool = False) -> Tensor:
        """(..., M, K) times the same constant matrix everywhere, which may stand *turned*."""
        weights = self.m.weights((outputs, x.shape[-1]), self.dtype)
        matrix = np.asarray(weights.data) if turned else np.asarray(weights.data).T
        data = np.broadcast_to(matrix, (*x.shape[:-2], *matrix.shape))
        b = self.m.constant(data, self.dtype, weights.quantization)
        output = self._named(self.m.summed(x, weights, (*x.shape[:-1], outputs)))
        return self._add(ops.BatchMatmul(a=x, b=b, output=output, transpose_b=turned))

    def reshape(self, x: Tensor, *shape: int) -> Tensor:
        """The same numbers."""
        return self._add(ops.Reshape(input=x, output=self._like(x, shape)))

    def transpose(self, x: Tensor, *order: int) -> Tensor:
        """Axes in another order."""
        output = self._like(x, tuple(x.shape[axis] for axis in order))
        return self._add(ops.Transpose(input=x, output=output, permutation=order))

    def broadcast(self, x: Tensor, *shape: int) -> Tensor:
        """A map repeated."""
        return self._add(ops.Broadcast(input=x, output=self._like(x, shape)))

    def resize(self, x: Tensor, factor: int) -> Tensor:
        """Nearest neighbours."""
        n, h, w, c = x.shape
        size = (h * factor, w * factor)
        return self._add(ops.Resize(input=x, output=self._like(x, (n, *size, c)), size=size))

    def depth_to_space(self, x: Tensor, block: int) -> Tensor:
        """Channels as blocks of pixels."""
        n, h, w, c = x.shape
        output = self._like(x, (n, h * block, w * block, c // block**2))
        return self._add(ops.DepthToSpace(input=x, output=output, block=block))

    def table(self, kind: type[Any], x: Tensor, scale: float, zero: int | None = None) -> Tensor:
        """An op of one map: `Logistic`, `Tanh`, `HSwish`, `LeakyRelu`, `Softmax` ..."""
        output = self.m.tensor(x.shape, self.dtype, scale, zero, self._name())
        return self._add(kind(input=x, output=output))

    def logistic(self, x: Tensor) -> Tensor:
        """In steps of 1/256 from 0."""
        return self.table(ops.Logistic, x, 1 / 256, LOWEST[self.dtype])

    def dequantize(self, x: Tensor) -> Tensor:
        """Floats."""
        output = self.m.tensor(x.shape, "float32", name=self._name())
        return self._add(ops.Dequantize(input=x, output=output))

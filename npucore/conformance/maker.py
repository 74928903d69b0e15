# SPDX-License-Identifier: MIT
"""The tensors and values of a case, drawn from a generator that the case's name seeds."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from npucore.graph import Graph
from npucore.ops import Op, Padding
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Shape, Tensor

BYTES = ("int8", "uint8")
SPREAD = 50  # LSB: how far the outputs of sums spread, so that most of their range is used
UNIFORM = 74  # the standard deviation of a uniform byte
MAP_SCALE, WEIGHT_SCALE = 0.05, 0.0078


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A graph under the exact rule, and inputs for it in the graph's order."""

    graph: Graph
    inputs: tuple[Array, ...]


class Maker:
    """Makes what a case needs; the same name gives the same bytes on every machine.

    Bytes cover their dtype's whole range, int32 -1000 to 1000, floats are normally distributed.
    """

    def __init__(self, name: str) -> None:
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))
        self._given: dict[Tensor, Array] = {}

    def input(
        self,
        shape: Shape,
        dtype: str = "int8",
        scale: float = MAP_SCALE,
        zero: int | None = None,
        values: npt.ArrayLike | None = None,
        name: str = "x",
    ) -> Tensor:
        """A tensor that the caller of the graph gives; *values* instead of random ones."""
        tensor = self.tensor(shape, dtype, scale, zero, name)
        given = self.draw(shape, dtype) if values is None else np.asarray(values, dtype)
        self._given[tensor] = np.ascontiguousarray(np.broadcast_to(given, shape))
        return tensor

    def tensor(
        self,
        shape: Shape,
        dtype: str = "int8",
        scale: float = MAP_SCALE,
        zero: int | None = None,
        name: str = "y",
    ) -> Tensor:
        """A tensor that an op computes; by default 3 is an int8's zero point, 131 a uint8's."""
        quantization = None
        if dtype in BYTES:
            zero = {"int8": 3, "uint8": 131}[dtype] if zero is None else zero
            quantization = Quantization.per_tensor(scale, zero)
        return Tensor(name, shape, np.dtype(dtype), quantization)

    def like(self, tensor: Tensor, shape: Shape | None = None, name: str = "y") -> Tensor:
        """A computed tensor with the dtype and quantization of *tensor*."""
        shape = tensor.shape if shape is None else shape
        return Tensor(name, shape, tensor.dtype, tensor.quantization)

    def constant(
        self, values: npt.ArrayLike, dtype: str, quantization: Quantization | None = None
    ) -> Tensor:
        """A tensor with its data."""
        data = np.ascontiguousarray(np.asarray(values, dtype))
        return Tensor("c", data.shape, data.dtype, quantization, data)

    def draw(self, shape: Shape, dtype: str) -> Array:
        """Random values."""
        kind = np.dtype(dtype)
        if kind.kind == "f":
            return self.rng.standard_normal(shape).astype(kind)
        if kind == np.bool_:
            return self.rng.integers(0, 2, shape).astype(kind)
        low, high = (-1000, 1000) if kind.itemsize > 1 else _range(kind)
        return self.rng.integers(low, high + 1, shape).astype(kind)

    def weights(
        self, shape: Shape, dtype: str = "int8", zero: int | None = None, per_channel: bool = False
    ) -> Tensor:
        """Weights (O, ...); int8 ones are symmetric unless *zero* is given, uint8 have 127."""
        if dtype == "float32":
            return self.constant(self.rng.standard_normal(shape) / math.sqrt(taps(shape)), dtype)
        low, high = _range(np.dtype(dtype))
        data = self.rng.integers(max(low, -127), high + 1, shape)
        if per_channel:
            scales = WEIGHT_SCALE * self.rng.uniform(0.3, 2, shape[0])
            return self.constant(data, dtype, Quantization.per_channel(scales, 0))
        zero = {"int8": 0, "uint8": 127}[dtype] if zero is None else zero
        return self.constant(data, dtype, Quantization.per_tensor(WEIGHT_SCALE, zero))

    def bias(self, source: Tensor, weights: Tensor, largest: int | None = None) -> Tensor:
        """A bias (O,) of at most *largest* units of the accumulator, by default its spread."""
        outputs = weights.shape[0]
        if source.dtype == np.float32:
            return self.constant(self.rng.standard_normal(outputs), "float32")
        scale = source.q.scale * weights.q.scale
        quantization = Quantization(scale, np.zeros(scale.shape, np.int64), weights.q.axis)
        largest = round(_spread(weights)) if largest is None else largest
        data = self.rng.integers(-largest, largest + 1, outputs)
        return self.constant(data, "int32", quantization)

    def summed(
        self,
        source: Tensor,
        weights: Tensor,
        shape: Shape,
        zero: int | None = None,
        factor: float = 1.0,
    ) -> Tensor:
        """The output of a weighted sum, with a scale that *factor* makes coarser."""
        dtype = str(source.dtype)
        if dtype not in BYTES:
            return self.tensor(shape, dtype)
        step = float(source.q.scale) * float(weights.q.scale.max())
        scale = step * _spread(weights) / SPREAD
        return self.tensor(shape, dtype, scale * factor, zero)

    def problem(self, *ops: Op, outputs: Sequence[Tensor] | None = None) -> Problem:
        """The ops as a graph; without *outputs* it returns what no op reads."""
        if outputs is None:
            read = {tensor for op in ops for tensor in op.inputs}
            outputs = [t for op in ops for t in op.outputs if t not in read]
        graph = Graph(tuple(ops), tuple(self._given), tuple(outputs), Rounding.EXACT)
        return Problem(graph, tuple(self._given.values()))


def _spread(weights: Tensor) -> float:
    """The standard deviation of the sums, in units of the accumulator, for uniform bytes."""
    assert weights.data is not None
    centred = weights.data.astype(float) - float(weights.q.zero_point.flat[0])
    typical = np.sqrt((centred**2).reshape(len(centred), -1).sum(axis=1).mean())
    return max(float(typical), 1.0) * UNIFORM


def _range(kind: np.dtype[Any]) -> tuple[int, int]:
    info = np.iinfo(kind)
    return int(info.min), int(info.max)


def taps(shape: Shape) -> int:
    """How many products an output sums up, for weights (O, ...)."""
    return max(math.prod(shape[1:]), 1)


def same_padding(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
) -> Padding:
    """What TFLite's SAME means in numbers: the odd row or column goes after.

    >>> same_padding((224, 224), (3, 3), (2, 2))
    Padding(top=0, bottom=1, left=0, right=1)
    """
    sides: list[int] = []
    for length, taps_, step, gap in zip(size, kernel, stride, dilation, strict=True):
        covered = (-(-length // step) - 1) * step + gap * (taps_ - 1) + 1
        total = max(covered - length, 0)
        sides += [total // 2, total - total // 2]
    return Padding(*sides)


def places(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    dilation: tuple[int, int] = (1, 1),
) -> tuple[int, int]:
    """How often a window fits, down and across."""
    padded = (size[0] + padding.top + padding.bottom, size[1] + padding.left + padding.right)
    rows, columns = (
        (length - gap * (taps_ - 1) - 1) // step + 1
        for length, taps_, step, gap in zip(padded, kernel, stride, dilation, strict=True)
    )
    return rows, columns

# SPDX-License-Identifier: MIT
"""The graph of one TOSA test, under construction."""

from __future__ import annotations

import numpy as np

from npucore.conformance.maker import Problem
from npucore.conformance.tosa.file import Test
from npucore.graph import Graph
from npucore.ops import Op, Padding
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Shape, Tensor

BYTES = ("int8", "uint8")
PAIRED = ("CONV2D", "DEPTHWISE_CONV2D", "TRANSPOSE_CONV2D", "MATMUL", "MUL")
"""What ends in int32 for int8 operands, and is judged with a RESCALE behind it."""


class NotExpressibleError(Exception):
    """npucore has no op for what the test asks."""


class Builder:
    """Collects the inputs of one graph; *step* is the output's scale where a RESCALE follows."""

    def __init__(self, test: Test, step: float, rounding: Rounding) -> None:
        self.test, self.step, self.rounding = test, step, rounding
        self.given: dict[Tensor, Array] = {}

    def input(self, place: int, zero: int = 0) -> Tensor:
        """An operand that is computed elsewhere."""
        data = self.test.values[place]
        tensor = self.tensor(f"x{place}", data.shape, data.dtype.name, 1.0, zero)
        self.given[tensor] = data
        return tensor

    def constant(self, data: Array, zero: int = 0) -> Tensor:
        """A tensor with its data."""
        quantization = None
        if data.dtype.name in BYTES:
            quantization = Quantization.per_tensor(1.0, zero)
        return Tensor("c", data.shape, data.dtype, quantization, np.array(data, order="C"))

    @staticmethod
    def tensor(name: str, shape: Shape, dtype: str, scale: float = 1.0, zero: int = 0) -> Tensor:
        """A computed tensor."""
        q = Quantization.per_tensor(scale, zero) if dtype in BYTES else None
        return Tensor(name, tuple(shape), np.dtype(dtype), q)

    def output(self) -> Tensor:
        """What the test asks for."""
        scale = self.step if self.test.operator in PAIRED else 1.0
        return self.tensor("y", self.test.shape, self.test.dtype, scale)

    def problem(self, *made: Op) -> Problem:
        """The graph."""
        graph = Graph(made, tuple(self.given), made[-1].outputs, self.rounding)
        return Problem(graph, tuple(self.given.values()))

    def zero(self, place: int) -> int:
        """A zero point, which TOSA gives as an operand."""
        return int(self.test.values[place].reshape(-1)[0])

    def pads(self) -> Padding:
        """TOSA has them in the same order: top, bottom, left, right."""
        return Padding(*self.test.attributes["pad"])

    def pair(self, name: str) -> tuple[int, int]:
        """(y, x)."""
        y, x = self.test.attributes[name]
        return int(y), int(x)

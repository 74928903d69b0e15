# SPDX-License-Identifier: MIT
"""Averages and maxima over windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker, places, same_padding
from npucore.ops import Activation, Op, Padding, Pooling, PoolingType

DTYPES = ("int8", "uint8", "float32")
KERNELS = ((2, 2), (3, 3), (5, 5), (1, 3), (4, 2))
CHANNELS = (1, 16, 33, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A pool."""

    type: PoolingType
    size: tuple[int, int] = (12, 11)
    channels: int = 16
    kernel: tuple[int, int] = (2, 2)
    stride: tuple[int, int] = (2, 2)
    same: bool = False
    dtype: str = "int8"
    activation: Activation = Activation.NONE

    def case(self, essential: bool = False) -> Case:
        """The recipe as a case."""
        parts = [self.type, f"{self.size[0]}x{self.size[1]}x{self.channels}"]
        parts += [f"k{self.kernel[0]}x{self.kernel[1]}", f"s{self.stride[0]}x{self.stride[1]}"]
        parts += ["same" if self.same else "valid", self.dtype]
        parts += [] if self.activation is Activation.NONE else [self.activation]
        shape = f"{self.type} {'with' if self.same else 'without'} border"
        return Case("pooling", "-".join(parts), self.make, shape, essential)

    def make(self, m: Maker) -> Op:
        """The op."""
        source = m.input((1, *self.size, self.channels), self.dtype)
        padding = same_padding(self.size, self.kernel, self.stride) if self.same else Padding()
        rows, columns = places(self.size, self.kernel, self.stride, padding)
        return Pooling(
            type=self.type,
            input=source,
            output=m.like(source, (1, rows, columns, self.channels)),
            kernel=self.kernel,
            stride=self.stride,
            padding=padding,
            activation=self.activation,
        )


def cases() -> Iterator[Case]:
    """Windows, steps, borders, channels; whole maps; clamps."""
    for type_, dtype in product(PoolingType, DTYPES):
        for number, (kernel, channels) in enumerate(product(KERNELS, CHANNELS)):
            stride = kernel if number % 2 else (1, 1)
            yield Recipe(
                type=type_, dtype=dtype, kernel=kernel, channels=channels, stride=stride,
                same=number % 3 == 0,
            ).case(number == 1)  # fmt: skip
        for size in (7, 14):
            whole = (size, size)
            yield Recipe(type=type_, dtype=dtype, size=whole, kernel=whole, stride=whole).case()
        for kind in (Activation.RELU, Activation.RELU6):
            yield Recipe(type=type_, dtype=dtype, activation=kind).case()

# SPDX-License-Identifier: MIT
"""RFFT2D, REAL, IMAG and COMPLEX_ABS."""

from __future__ import annotations

from collections.abc import Callable

from npucore.ops import ComplexPart, Fourier
from npucore.ops.complex_part import Part
from npucore_tflite.node import Node, Operators


def fourier(node: Node) -> Fourier:
    """RFFT2D; its size is a constant."""
    size = node.constant(1).tolist()
    if len(size) != 2:
        node.invalid(f"a size of {len(size)} numbers")
    return node.make(Fourier, input=node.input(0), size=(size[0], size[1]))


def part_of(part: Part) -> Callable[[Node], ComplexPart]:
    """A builder for *part*."""

    def build(node: Node) -> ComplexPart:
        return node.make(ComplexPart, input=node.input(0), part=part)

    return build


OPERATORS: Operators = {
    "COMPLEX_ABS": part_of(Part.ABSOLUTE),
    "IMAG": part_of(Part.IMAGINARY),
    "REAL": part_of(Part.REAL),
    "RFFT2D": fourier,
}

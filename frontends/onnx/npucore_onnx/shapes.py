# SPDX-License-Identifier: MIT
"""Shapes of inputs: as the file declares them, as the user binds them."""

from __future__ import annotations

from npucore.errors import InputError, OpenShapeError
from npucore.tensor import Shape
from npucore_onnx.records import Dimension, EndRecord


def bound_shape(end: EndRecord, given: Shape | None) -> Shape:
    """The shape of an input: the file's, with its open dimensions as *given*.

    Raises `InputError` for a shape that contradicts the file, `OpenShapeError` for none at all.
    """
    if given is None:
        if end.shape is None or is_open(end):
            said = "no shape" if end.shape is None else f"the shape {dimensions(end.shape)}"
            raise OpenShapeError(
                f"the input {end.name} has {said} in the file", end.name, end.shape
            )
        return tuple(int(size) for size in end.shape)
    if end.shape is not None and not fits(given, end.shape):
        raise InputError(f"{end.name} has the shape {dimensions(end.shape)}, not {given}")
    return given


def is_open(end: EndRecord) -> bool:
    """Whether the file leaves a size of an input open."""
    return end.shape is None or any(isinstance(size, str) for size in end.shape)


def dimensions(shape: tuple[Dimension, ...]) -> str:
    """A shape with open sizes, for people."""
    return f"({', '.join(map(str, shape))})"


def fits(shape: Shape, declared: tuple[Dimension, ...]) -> bool:
    """Whether a shape is one that a declared one, perhaps with open sizes, allows."""
    return len(shape) == len(declared) and all(
        isinstance(size, str) or size == n for n, size in zip(shape, declared, strict=True)
    )

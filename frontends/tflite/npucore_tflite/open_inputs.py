# SPDX-License-Identifier: MIT
"""Shapes of inputs: as the file declares them, as the user binds them."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.errors import InputError
from npucore.tensor import Shape
from npucore_tflite.records import GraphRecord, TensorRecord

OpenShape = tuple[int | str, ...]
"""Sizes; "?" for one that the file leaves open."""


def open_inputs(graph: GraphRecord, given: Mapping[str, Shape]) -> dict[str, OpenShape]:
    """Inputs of a graph that have open sizes beside the first, the batch, and are not *given*."""
    found = {}
    for index in graph.inputs:
        if 0 <= index < len(graph.tensors):
            record = graph.tensors[index]
            shape = tuple("?" if size == -1 else size for size in record.open_shape)
            if "?" in shape[1:] and record.name not in given:
                found[record.name] = shape
    return found


def bound_shape(name: str, record: TensorRecord, given: Shape | None) -> Shape:
    """The shape of an input: the file's, or as *given*, which its fixed sizes have to allow."""
    if given is None:
        return record.shape
    said = record.open_shape or ((-1,) * len(record.shape) if not record.shape else record.shape)
    fits = len(given) == len(said) or not record.shape
    if record.shape and record.open_shape:
        fits = fits and all(n in (-1, size) for n, size in zip(said, given, strict=False))
    if not fits:
        shown = ", ".join("?" if size == -1 else str(size) for size in said)
        raise InputError(f"{name} has the shape ({shown}), not {given}")
    return given

# SPDX-License-Identifier: MIT
"""A program's inputs, checked in ONNX Runtime's order and refused in its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from npucore.contract.declared import DeclaredEnd
from npucore.ort.described import NodeArg
from npucore.ort.errors import error
from npucore.ort.values import spelled
from npucore.tensor import Array

ADVICE = "Please fix either the inputs/outputs or the model."


class Ends:
    """The inputs and outputs of a model, *inputs* with the sizes that were given to names."""

    def __init__(
        self, declared: Sequence[DeclaredEnd], inputs: Sequence[NodeArg], outputs: Sequence[NodeArg]
    ) -> None:
        self._dtypes = [end.dtype for end in declared]
        self.inputs, self.outputs = list(inputs), list(outputs)
        self._known = {end.name for end in inputs}
        self._places = {end.name: place for place, end in enumerate(outputs)}
        self.is_open = any(not isinstance(size, int) for end in inputs for size in end.shape)

    def ensure_whole(self, feed: Mapping[str, Any]) -> None:
        """Raise `ValueError` if an input is missing."""
        names = list(feed.keys())
        if missing := [end.name for end in self.inputs if end.name not in names]:
            raise ValueError(f"Required inputs ({missing}) are missing from input feed ({names}).")

    def arrays(self, feed: Mapping[str, Any]) -> list[Array]:
        """The arrays of *feed* in the order of the inputs; raises what ONNX Runtime raises."""
        self.ensure_whole(feed)
        for name in feed:
            if name not in self._known:
                raise error("InvalidArgument", f"Invalid input name: {name}")
        return [
            fitting(feed[end.name], end, dtype)
            for end, dtype in zip(self.inputs, self._dtypes, strict=True)
        ]

    def places(self, names: Sequence[str] | None) -> Sequence[int]:
        """The places of outputs by name, of all of them without names."""
        if not names:
            return range(len(self.outputs))
        for name in names:
            if name not in self._places:
                raise error("InvalidArgument", f"Invalid output name:{name}")
        return [self._places[name] for name in names]


def fitting(value: Any, end: NodeArg, dtype: np.dtype[Any] | None) -> Array:
    """An array, an ``OrtValue`` or a list as the array that *end* takes."""
    array = _array(value, dtype)
    if array.dtype != dtype:
        said = f"Actual: ({spelled(array.dtype)}) , expected: ({end.type})"
        raise error("InvalidArgument", f"Unexpected input data type. {said}")
    if array.ndim != len(end.shape):
        said = f"Got: {array.ndim} Expected: {len(end.shape)} {ADVICE}"
        raise error("InvalidArgument", f"Invalid rank for input: {end.name} {said}")
    wrong = [
        f" index: {place} Got: {got} Expected: {size}\n"
        for place, (got, size) in enumerate(zip(array.shape, end.shape, strict=True))
        if isinstance(size, int) and got != size
    ]
    if wrong:
        said = f"for the following indices\n{''.join(wrong)} {ADVICE}"
        raise error("InvalidArgument", f"Got invalid dimensions for input: {end.name} {said}")
    return array


def _array(value: Any, dtype: np.dtype[Any] | None) -> Array:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, list):
        return np.array(value, dtype)
    if hasattr(value, "numpy"):  # an OrtValue, here or in ONNX Runtime
        return np.asarray(value.numpy())
    raise RuntimeError(f"Unable to handle object of type {type(value)}")

# SPDX-License-Identifier: MIT
"""Backends that take tensors for something else than what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np

from npucore.contract.backend import Program, Verdict
from npucore.graph import Graph
from npucore.ops import Op
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Tensor
from npucore_rocket import RocketBackend
from npucore_rocket.chip import Chip
from npucore_rocket.lower import fully_connected
from npucore_rocket.lower.fully_connected import Window
from npucore_rocket.maps import MapShape
from tests.material.conformance.controls.base import Sound, Wrapped, control


def one_pixel(tensor: Tensor, inputs: int, chip: Chip) -> Window:
    """The window of one pixel, which rocket's fully connected layers once assumed."""
    return Window(MapShape(1, 1, inputs), (1, 1), (1, 1))


@contextmanager
def as_it_was() -> Iterator[None]:
    """The old lowering, without the check of layouts."""
    with (
        patch.object(fully_connected, "window", one_pixel),
        patch.object(MapShape, "lies_as", lambda self, other: True),
    ):
        yield


@control("ops/fully_connected-1x4x4x8-i128-to1x10-int8")
class TakesMapsForPixels(RocketBackend):
    def supports(self, op: Op, graph: Graph) -> Verdict:
        with as_it_was():
            return super().supports(op, graph)

    def compile(self, graph: Graph) -> Program:
        with as_it_was():
            return super().compile(graph)


@control("graphs/graph-classifier_without_reshape-int8")
class TakesMapsOfLayersForPixels(TakesMapsForPixels):
    pass


@control("arrays/inputs_may_be_broadcast")
class ReadsMemoryAsItLies(Sound):
    def program(self, graph: Graph) -> Program:
        class Reading(Wrapped):
            def run(self, inputs: Sequence[Array]) -> list[Array]:
                return self.inner.run([_bytes_from_its_first(array) for array in inputs])

        return Reading(ReferenceBackend.compile(self, graph), graph)


def _bytes_from_its_first(array: Array) -> Array:
    if array.flags.c_contiguous:
        return array
    memory = np.array(array.reshape(-1)[:1])
    return np.resize(memory ^ 1 if array.dtype.kind in "iu" else memory + 1, array.shape)

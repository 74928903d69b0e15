# SPDX-License-Identifier: MIT
"""The numbers in a network, tensor by tensor."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from npucore.graph import Graph
from npucore.running.session import open_backend
from npucore.tensor import Array, Tensor

JUDGE = "reference"


class Values:
    """Every tensor of a graph that is computed, from one run."""

    def __init__(self, graph: Graph) -> None:
        tensors = [tensor for op in graph.ops for tensor in op.outputs]
        self._graph = dataclasses.replace(graph, outputs=tuple(tensors))
        self._program = open_backend(JUDGE).compile(self._graph)

    def of(self, sample: Mapping[str, Array]) -> dict[Tensor, Array]:
        """Inputs, by name in *sample*, and what is computed of them."""
        inputs = [np.asarray(sample[tensor.name]) for tensor in self._graph.inputs]
        values = dict(zip(self._graph.inputs, inputs, strict=True))
        values.update(zip(self._graph.outputs, self._program.run(inputs), strict=True))
        return values

# SPDX-License-Identifier: MIT
"""An NPU that can only rectify float32."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Evidence,
    Program,
    Verdict,
)
from npucore.graph import Graph
from npucore.ops import Op, Relu
from npucore.tensor import Array, Tensor


class TinyProgram(Program):
    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        values: dict[Tensor, Array] = dict(zip(self.graph.inputs, inputs, strict=True))
        for op in self.graph.ops:
            values[op.outputs[0]] = np.maximum(values[op.inputs[0]], np.float32(0))
        return [values[tensor] for tensor in self.graph.outputs]


class TinyBackend(Backend):
    name: ClassVar[str] = "tiny"
    capabilities: ClassVar[Capabilities] = Capabilities(summary="rectifies", ops={"relu": 0})

    def availability(self) -> Availability:
        return Availability(DeviceKind.SIMULATOR, "imagination")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if not isinstance(op, Relu) or op.input.dtype != np.float32:
            return Verdict("this NPU only rectifies float32")
        return Verdict(evidence=Evidence.PAPER)

    def compile(self, graph: Graph) -> Program:
        return TinyProgram(graph)

# SPDX-License-Identifier: MIT
"""The facade: every op to its kernel, every value to its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.contract.backend import (
    Availability,
    Backend,
    Capabilities,
    DeviceKind,
    Program,
    Verdict,
)
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Op
from npucore.quantize import Rounding
from npucore.reference import judged
from npucore.reference.kernel import Kernel
from npucore.reference.kernels import OPS, kernels
from npucore.reference.memory import keep_freed_memory
from npucore.tensor import Array, Tensor


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    kernel: Kernel
    inputs: tuple[int, ...]  # slots of values
    outputs: tuple[int, ...]
    dtypes: tuple[np.dtype[Any], ...]  # of the outputs: one number may be wider than an array
    last_uses: tuple[int, ...]  # slots that nothing reads any more


class ReferenceProgram(Program):
    """Kernels in order over a list of values, which are dropped after their last use."""

    def __init__(self, graph: Graph) -> None:
        keep_freed_memory()
        self._graph = graph
        slots: dict[Tensor, int] = {}
        for tensor in (*graph.inputs, *(t for op in graph.ops for t in (*op.inputs, *op.outputs))):
            slots.setdefault(tensor, len(slots))
        for tensor in graph.outputs:
            slots.setdefault(tensor, len(slots))
        self._initial = [tensor.data for tensor in slots]
        self._inputs = [slots[tensor] for tensor in graph.inputs]
        self._outputs = [slots[tensor] for tensor in graph.outputs]
        self._steps = self._schedule(slots)

    def _schedule(self, slots: dict[Tensor, int]) -> list[_Step]:
        last: dict[int, int] = {}
        for index, op in enumerate(self._graph.ops):
            last.update({slots[t]: index for t in (*op.inputs, *op.outputs)})
        kept = set(self._outputs)
        steps = []
        for index, op in enumerate(self._graph.ops):
            ends = {slots[t] for t in (*op.inputs, *op.outputs)} - kept
            steps.append(
                _Step(
                    kernels(op.name).prepare(op, self._graph.rounding),
                    tuple(slots[t] for t in op.inputs),
                    tuple(slots[t] for t in op.outputs),
                    tuple(t.dtype for t in op.outputs),
                    tuple(slot for slot in ends if last[slot] == index),
                )
            )
        return steps

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """Run once, on the caller's thread."""
        with np.errstate(all="ignore"):  # floats follow IEEE 754, as they do in TFLite
            return self._run(inputs)

    def _run(self, inputs: Sequence[Array]) -> list[Array]:
        values = list(self._initial)
        for slot, array in zip(self._inputs, inputs, strict=True):
            values[slot] = array
        for step in self._steps:
            results = step.kernel(*(values[slot] for slot in step.inputs))
            if not isinstance(results, tuple):
                results = (results,)
            for slot, dtype, result in zip(step.outputs, step.dtypes, results, strict=True):
                values[slot] = np.asarray(result, dtype)
            for slot in step.last_uses:
                values[slot] = None
        return [_owned(values[slot]) for slot in self._outputs]


def _owned(value: Array | None) -> Array:
    """*value*, or a copy if it is a view: of an input, of a constant, or of another output."""
    if value is not None and value.base is None and value.flags.writeable:
        return value
    return np.array(value)


class ReferenceBackend(Backend):
    """The CPU, in numpy: exact by construction, and the judge of every other backend."""

    name = "reference"
    capabilities = Capabilities(
        summary="numpy on the CPU: bit for bit what TFLite's reference kernels give",
        ops=dict.fromkeys(OPS, 0),
        keeps=frozenset(Rounding),
        speed=1.0,
    )

    def availability(self) -> Availability:
        """There is always a CPU."""
        return Availability(DeviceKind.CPU, "numpy on this machine's CPU")

    def supports(self, op: Op, graph: Graph) -> Verdict:
        """Every op that has a kernel, in the dtypes that the kernel knows."""
        if op.name not in self.capabilities.ops:
            return Verdict(f"there is no kernel for {op.name}")
        if reason := kernels(op.name).refuse(op):
            return Verdict(reason)
        return Verdict(evidence=judged.evidence(op))

    def compile(self, graph: Graph) -> Program:
        """Prepare all kernels."""
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(f"{op.name} -> {op.label}: {verdict.reason}")
        with np.errstate(all="ignore"):
            return ReferenceProgram(graph)

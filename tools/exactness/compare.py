# SPDX-License-Identifier: MIT
"""Ours against LiteRT's, op by op."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from npucore.graph import Graph
from npucore.ops import Broadcast, Convolution, DetectionPostprocess, FullyConnected, Mul, Op
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Tensor
from npucore_tflite import parse_with_tensors
from tools.exactness.litert import Oracle

FLOAT_TOLERANCE = 1e-5  # relative to the largest magnitude in the tensor
ROUNDED_ONCE = (Convolution, FullyConnected, Mul)  # ops that XNNPACK computes as `exact` does


@dataclass(frozen=True, slots=True)
class Comparison:
    """One result of one op."""

    index: int
    op: str
    dtype: str
    elements: int
    differing: int  # stored integers that are not equal; floats beyond the tolerance
    largest: float  # difference, in LSB; of floats relative to the largest magnitude


def compare_values(ours: Array, theirs: Array) -> tuple[int, float]:
    """(how many differ, by how much at most); for floats see `FLOAT_TOLERANCE`."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return max(ours.size, theirs.size), float("inf")
    if ours.size == 0:
        return 0, 0.0
    difference = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    if ours.dtype.kind == "f":
        difference /= max(float(np.abs(theirs).max()), np.finfo(np.float32).tiny)
        return int((difference > FLOAT_TOLERANCE).sum()), float(difference.max())
    return int((difference > 0).sum()), float(difference.max())


class Judge:
    """A model in both implementations."""

    def __init__(self, path: Path) -> None:
        self.oracle = Oracle(path)
        self.graph, tensors = parse_with_tensors(self.oracle.data, path.name)
        self.number = {tensor: i for i, tensor in enumerate(tensors) if tensor is not None}

    def values(self, inputs: Sequence[Array]) -> dict[Tensor, Array]:
        """Every tensor as BUILTIN_REF computes it; broadcast ones, which it has not, as we do."""
        theirs = self.oracle.tensors(inputs)
        values = {tensor: theirs[i] for tensor, i in self.number.items() if i in theirs}
        for op in self.graph.ops:
            if isinstance(op, Broadcast):
                values[op.output] = _run(op, values, Rounding.TFLITE)[0]
        return values

    def against_reference_kernels(self, inputs: Sequence[Array]) -> Iterator[Comparison]:
        """Every op fed with BUILTIN_REF's own tensors, under TFLite's rule."""
        values = self.values(inputs)
        for index, op in enumerate(self.graph.ops):
            if isinstance(op, Broadcast):
                continue
            results = _run(op, values, Rounding.TFLITE)
            wanted = [values[tensor] for tensor in op.outputs]
            if isinstance(op, DetectionPostprocess):
                results, wanted = _detections(results), _detections(wanted)
            for ours, want in zip(results, wanted, strict=True):
                differing, largest = compare_values(ours, want)
                yield Comparison(index, op.name, str(ours.dtype), ours.size, differing, largest)

    def against_default_kernels(self, inputs: Sequence[Array]) -> Iterator[Comparison]:
        """Ops that XNNPACK rounds once, fed with BUILTIN_REF's tensors, under the exact rule."""
        theirs = self.oracle.tensors(inputs)
        values = {tensor: theirs[i] for tensor, i in self.number.items() if i in theirs}
        writer = {int(o.outputs[0]): n for n, o in enumerate(self.oracle.graph.operators)}
        for index, op in enumerate(self.graph.ops):
            if isinstance(op, Broadcast):
                values.update(zip(op.outputs, _run(op, values, Rounding.EXACT), strict=True))
            if not isinstance(op, ROUNDED_ONCE):
                continue
            (ours,) = _run(op, values, Rounding.EXACT)
            number = writer[self.number[op.outputs[0]]]
            (want,) = self.oracle.by_default_kernels(number, theirs)
            differing, largest = compare_values(ours, want)
            yield Comparison(index, op.name, str(ours.dtype), ours.size, differing, largest)


def _detections(results: Sequence[Array]) -> list[Array]:
    """What lies behind the count is undefined in LiteRT, so it is not compared."""
    boxes, classes, scores, count = results
    found = int(count[0])
    return [boxes[:, :found], classes[:, :found], scores[:, :found], count]


def _run(op: Op, values: dict[Tensor, Array], rounding: Rounding) -> list[Array]:
    inputs = tuple(dict.fromkeys(t for t in op.inputs if not t.is_constant))
    graph = Graph((op,), inputs, op.outputs, rounding)
    return ReferenceBackend().compile(graph).run([values[tensor] for tensor in inputs])


def whole_network(path: Path, inputs: Sequence[Array]) -> list[tuple[int, float]]:
    """Every output of the network: (how many differ from BUILTIN_REF, by how much)."""
    oracle = Oracle(path)
    graph, tensors = parse_with_tensors(oracle.data, path.name)
    theirs = oracle.tensors(inputs)
    wanted = [theirs[tensors.index(tensor)] for tensor in graph.outputs]
    ours = ReferenceBackend().compile(graph).run(inputs)
    if isinstance(graph.ops[-1], DetectionPostprocess):
        ours, wanted = _detections(ours), _detections(wanted)
    return [compare_values(a, b) for a, b in zip(ours, wanted, strict=True)]

# SPDX-License-Identifier: MIT
"""Small graphs, and how far vsim's answers are from the reference's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import npucore
from npucore import Graph
from npucore.ops import Convolution
from npucore.tensor import Array, Quantization, Tensor


def tensor(
    name: str, *shape: int, scale: float = 0.1, zero: int = 100, dtype: str = "uint8"
) -> Tensor:
    return Tensor(name, shape, np.dtype(dtype), Quantization.per_tensor(scale, zero))


def pointwise(source: Tensor, name: str, channels: int, scale: float = 0.1) -> Convolution:
    """A convolution of one tap, its weights by *name*."""
    shape = (channels, 1, 1, source.shape[3])
    data = np.random.default_rng([*name.encode()]).integers(0, 256, shape).astype(np.uint8)
    constant = Quantization.per_tensor(0.01, 128)
    weights = Tensor(f"{name}_w", shape, np.dtype(np.uint8), constant, data)
    target = tensor(name, *source.shape[:3], channels, scale=scale)
    return Convolution(input=source, weights=weights, output=target)


def off(graph: Graph, target: str, data: Sequence[Array] | None = None) -> int:
    """By how many LSB the exact answer is missed at most, with all ops on vsim; noise will do.

    The same noise for the same shapes, whatever ran before.
    """
    graph = graph.with_rounding(npucore.Rounding.EXACT)
    rng = np.random.default_rng(5)
    if data is None:
        noise = (rng.integers(0, 256, t.shape, np.uint8).view(t.dtype) for t in graph.inputs)
        data = list(noise)
    with npucore.Session(graph, f"vsim:{target}") as ours:
        assert [step.backend.name for step in ours.runs] == ["vsim"]
        answers = ours.run(data)
    with npucore.Session(graph, "reference") as theirs:
        wanted = theirs.run(data)
    pairs = zip(answers, wanted, strict=True)
    return max(int(np.abs(got.astype(int) - want.astype(int)).max()) for got, want in pairs)

# SPDX-License-Identifier: MIT
"""Small graphs for NVDLA, and the reference's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import numpy as np

from npucore.graph import Graph
from npucore.ops import Add, Convolution, Op, Padding, Pooling, PoolingType
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Quantization, Tensor
from npucore_nvdla import NvdlaBackend
from npucore_nvdla.program import NvdlaCompiled


def feature_map(name: str, *shape: int, scale: float = 0.5, zero: int = -3) -> Tensor:
    """An int8 tensor."""
    return Tensor(name, shape, np.dtype(np.int8), Quantization.per_tensor(scale, zero))


def weights(data: Array, *, scale: float = 0.01, zero: int = 0) -> Tensor:
    """Constant weights."""
    quantization = Quantization.per_tensor(scale, zero)
    return Tensor("weights", data.shape, data.dtype, quantization, data)


def graph(*ops: Op) -> Graph:
    """Of ops whose computed operands are inputs."""
    written = {tensor for op in ops for tensor in op.outputs}
    read = dict.fromkeys(t for op in ops for t in op.inputs if not t.is_constant)
    inputs = tuple(t for t in read if t not in written)
    return Graph(ops=ops, inputs=inputs, outputs=ops[-1].outputs, rounding=Rounding.EXACT)


def samples(of: Graph, seed: int = 1) -> list[Array]:
    """Numbers of all sizes."""
    rng = np.random.default_rng(seed)
    low = {t: np.iinfo(t.dtype) for t in of.inputs}
    return [rng.integers(low[t].min, low[t].max + 1, t.shape).astype(t.dtype) for t in of.inputs]


def compiled(of: Graph, target: str = "small") -> NvdlaCompiled:
    """Tasks."""
    return NvdlaBackend(target).compiled(of)


def off_by(of: Graph, target: str = "small") -> int:
    """The largest difference from the reference, in LSB."""
    inputs = samples(of)
    with (
        closing(NvdlaBackend(target).compile(of)) as ours,
        closing(ReferenceBackend().compile(of)) as theirs,
    ):
        pairs: Sequence[tuple[Array, Array]] = list(
            zip(ours.run(inputs), theirs.run(inputs), strict=True)
        )
    assert all(len(np.unique(wanted)) > 3 for _, wanted in pairs), "nothing to be seen"
    return max(int(np.abs(a.astype(int) - b.astype(int)).max()) for a, b in pairs)


DATA = np.random.default_rng(1).integers(-127, 128, (10, 3, 3, 5)).astype(np.int8)
X, Y = feature_map("x", 1, 6, 7, 5), feature_map("y", 1, 6, 7, 10, scale=2.0)
CONVOLUTION = Convolution(input=X, weights=weights(DATA), output=Y, padding=Padding(1, 1, 1, 1))
SUM = Add(a=Y, b=Y, output=feature_map("z", 1, 6, 7, 10, scale=4.0))
POOL = Pooling(
    type=PoolingType.MAX, input=SUM.output, output=feature_map("p", 1, 5, 6, 10, scale=4.0),
    kernel=(2, 2),
)  # fmt: skip
GRAPH = graph(CONVOLUTION, SUM, POOL)
"""A task of each kind."""

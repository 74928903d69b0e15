# SPDX-License-Identifier: MIT
"""Small graphs with seeded weights and inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from npucore.graph import Graph
from npucore.ops import Activation, Convolution, FullyConnected, Op, Padding
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Tensor

UINT8 = np.dtype(np.uint8)
SCALE, ZERO = 0.05, 120
CENTRE = 128  # of weights
SPREAD = 0.011  # a scale of weights with which sums of noise fill the output's range


def tensor(name: str, *shape: int, scale: float = SCALE, zero: int = ZERO) -> Tensor:
    """A map, or anything else, of bytes."""
    return Tensor(name, shape, UINT8, Quantization.per_tensor(scale, zero))


def constant(name: str, value: float, *shape: int) -> Tensor:
    """One number everywhere."""
    data = np.full(shape, 100, np.uint8)
    return Tensor(name, data.shape, UINT8, Quantization.per_tensor(value / 100, 0), data)


def weights(*shape: int) -> Tensor:
    """Noise; axis 0 is the kernels."""
    data = np.random.default_rng(shape).integers(0, 256, shape).astype(np.uint8)
    taps = data.size // shape[0]
    return Tensor("w", shape, UINT8, Quantization.per_tensor(SPREAD / taps**0.5, CENTRE), data)


def convolution(
    source: Tensor,
    kernels: int,
    kernel: tuple[int, int] = (3, 3),
    *,
    padding: int | None = None,
    stride: int = 1,
    depthwise: bool = False,
    activation: Activation = Activation.NONE,
) -> Convolution:
    """Noise as weights; *padding* on all sides, by default half of the kernel."""
    _, *size, channels = source.shape
    down, across = (k // 2 if padding is None else padding for k in kernel)
    rows, columns = (
        (n + 2 * more - k) // stride + 1
        for n, k, more in zip(size, kernel, (down, across), strict=True)
    )
    return Convolution(
        input=source,
        weights=weights(kernels, *kernel, 1 if depthwise else channels),
        output=tensor(f"{source.name} convolved", 1, rows, columns, kernels),
        stride=(stride, stride),
        padding=Padding(down, down, across, across),
        groups=channels if depthwise else 1,
        activation=activation,
    )


def scaled(layer: Convolution, *ratios: float) -> Convolution:
    """*layer* with a scale for each kernel: *ratios* times its own, in turn."""
    weights = layer.weights
    scales = np.resize(np.array(ratios, np.float32), weights.shape[0]) * weights.q.scale
    zeros = np.full(scales.shape, CENTRE)
    return replace(layer, weights=replace(weights, quantization=Quantization(scales, zeros, 0)))


def fully_connected(
    source: Tensor, count: int, activation: Activation = Activation.NONE
) -> FullyConnected:
    """Noise as weights."""
    return FullyConnected(
        input=source,
        weights=weights(count, source.elements),
        output=tensor(f"{source.name} connected", 1, count),
        activation=activation,
    )


def graph(*ops: Op) -> Graph:
    """Tensors that no op writes are inputs, those that no op reads are outputs."""
    written = {tensor: None for op in ops for tensor in op.outputs}
    read = {tensor: None for op in ops for tensor in op.inputs if not tensor.is_constant}
    inputs = tuple(tensor for tensor in read if tensor not in written)
    outputs = tuple(tensor for tensor in written if tensor not in read)
    return Graph(ops, inputs, outputs, Rounding.EXACT)


def samples(graph: Graph) -> list[Array]:
    """Noise of the whole range for each input."""
    rng = np.random.default_rng(5)
    return [rng.integers(0, 256, tensor.shape, np.uint8) for tensor in graph.inputs]

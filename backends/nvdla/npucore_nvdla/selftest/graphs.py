# SPDX-License-Identifier: MIT
"""Small graphs with seeded weights and inputs, by the claim of the chip that they ask about."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import (
    Absolute,
    Add,
    Concatenation,
    Convolution,
    FullyConnected,
    LeakyRelu,
    Logistic,
    Mean,
    Mul,
    Op,
    Pad,
    Padding,
    Pooling,
    PoolingType,
    Quantize,
    Relu,
    Tanh,
)
from npucore.quantize import Rounding
from npucore.tensor import Array, Quantization, Tensor
from npucore_nvdla import facts
from npucore_nvdla.chip import Chip

INT8 = np.dtype(np.int8)
SCALE = 0.05
SPREAD = 0.02  # of weights, so that sums of noise fill the output's range
SIDE = 9


def samples(graph: Graph) -> list[Array]:
    """Noise of the whole range for each input."""
    rng = np.random.default_rng(7)
    return [rng.integers(-128, 128, tensor.shape, np.int8) for tensor in graph.inputs]


def plain(chip: Chip) -> Graph:
    """A convolution that is asked before all others."""
    return graph_of(_convolution(_map("x", SIDE, SIDE, chip.atom_bytes), 2 * chip.atom_bytes))


def cases(chip: Chip) -> dict[str, dict[str, Graph]]:
    """Graphs by name, by claim."""
    atom = chip.atom_bytes
    x, wide = _map("x", SIDE, SIDE, atom), _map("x", SIDE, SIDE, 2 * atom + 3)
    found = {
        facts.CONVOLUTION: {
            "a scale for each kernel, by twos": graph_of(
                _convolution(wide, atom + 1, stride=2, each=True)
            ),
            "depthwise": graph_of(_convolution(x, atom, depthwise=True)),
            "cut into rows": graph_of(_convolution(_tall(chip), atom)),
            "a matrix": graph_of(_matrix(_map("x", 1, 1, 5 * atom), 2 * atom)),
            "a mean of a map": graph_of(_mean(x)),
            "several tasks": _chain(x, atom),
        },
        facts.DILATION: {"two apart": graph_of(_convolution(x, atom, dilation=2))},
        facts.POINTS: _points(x),
        facts.MAXIMUM: {
            "2 x 2": graph_of(_pool(x, PoolingType.MAX, 2, 2)),
            "3 x 3 over the edge": graph_of(_pool(x, PoolingType.MAX, 3, 2, 1)),
        },
        facts.AVERAGE: {"3 x 3": graph_of(_pool(x, PoolingType.AVERAGE, 3, 3))},
        facts.ELEMENTS: {"over the edge": graph_of(_pool(x, PoolingType.AVERAGE, 3, 2, 1))},
        facts.PRELU: {
            "a tenth": graph_of(LeakyRelu(input=x, output=_like(x), alpha=0.1)),
            "magnitudes": graph_of(Absolute(input=x, output=_like(x))),
        },
    }
    return found | ({facts.TABLES: tables(x)} if chip.tables else {})


def tables(x: Tensor) -> dict[str, Graph]:
    """A function alone, and its product with what it is a function of."""
    gate = Tensor("gate", x.shape, INT8, Quantization.per_tensor(1 / 256, -128))
    logistic = Logistic(input=x, output=gate)
    return {
        "tanh": graph_of(Tanh(input=x, output=_like(x, 1 / 128, 0))),
        "x * logistic(x)": graph_of(logistic, Mul(a=x, b=gate, output=_like(x))),
    }


def _points(x: Tensor) -> dict[str, Graph]:
    """Two maps, one map, moves."""
    y, zero = _map("y", *x.shape[1:]), _map("z", *x.shape[1:], zero=0)
    above = (0, 1, 1, 0)
    padded = _map("padded", x.shape[1] + 2, x.shape[2] + 2, x.shape[3])
    beside = _map("joined", *x.shape[1:3], 2 * x.shape[3])
    return {
        "two maps": graph_of(Add(a=x, b=y, output=_like(x, 0.08))),
        "a product": graph_of(Mul(a=x, b=zero, output=_like(x, 0.1))),
        "another scale": graph_of(Quantize(input=x, output=_like(x, 0.07, 5))),
        "a clamp": graph_of(Relu(input=x, output=_like(x))),
        "a border": graph_of(Pad(input=x, output=padded, before=above, after=above, value=None)),
        "side by side": graph_of(Concatenation(operands=(x, y), output=beside, axis=3)),
    }


def _map(name: str, *shape: int, zero: int = -3) -> Tensor:
    return Tensor(name, (1, *shape), INT8, Quantization.per_tensor(SCALE, zero))


def _like(x: Tensor, scale: float = SCALE, zero: int = -3) -> Tensor:
    return Tensor("out", x.shape, INT8, Quantization.per_tensor(scale, zero))


def _tall(chip: Chip) -> Tensor:
    """A map that the convolution buffer does not hold."""
    size = chip.banks * chip.bank_bytes
    columns = 32
    rows = size // (columns * chip.atom_bytes) + columns
    return _map("x", rows, columns, chip.atom_bytes)


def _weights(shape: tuple[int, ...], each: bool) -> Tensor:
    data = np.random.default_rng(shape).integers(-127, 128, shape).astype(np.int8)
    spread = SPREAD / (data.size // shape[0]) ** 0.5
    if not each:
        return Tensor("w", shape, INT8, Quantization.per_tensor(spread, 0), data)
    scales = (spread * np.linspace(0.6, 1.0, shape[0])).astype(np.float32)
    return Tensor("w", shape, INT8, Quantization(scales, np.zeros(shape[0], np.int64), 0), data)


def _convolution(
    x: Tensor,
    kernels: int,
    *,
    stride: int = 1,
    dilation: int = 1,
    depthwise: bool = False,
    each: bool = False,
) -> Convolution:
    channels = 1 if depthwise else x.shape[3]
    rows, columns = ((size - 1) // stride + 1 for size in x.shape[1:3])
    output = _map(f"{x.name} convolved", rows, columns, kernels)
    return Convolution(
        input=x,
        weights=_weights((kernels, 3, 3, channels), each),
        output=output,
        stride=(stride, stride),
        dilation=(dilation, dilation),
        padding=Padding(dilation, dilation, dilation, dilation),
        groups=x.shape[3] if depthwise else 1,
    )


def _matrix(x: Tensor, kernels: int) -> FullyConnected:
    output = Tensor("out", (1, kernels), INT8, Quantization.per_tensor(SCALE, -3))
    return FullyConnected(
        input=x, weights=_weights((kernels, x.elements), each=False), output=output
    )


def _mean(x: Tensor) -> Mean:
    output = Tensor("out", (1, x.shape[3]), INT8, Quantization.per_tensor(SCALE / 4, -3))
    return Mean(input=x, output=output, axes=(1, 2))


def _pool(x: Tensor, kind: PoolingType, kernel: int, stride: int, padding: int = 0) -> Pooling:
    rows, columns = ((size + 2 * padding - kernel) // stride + 1 for size in x.shape[1:3])
    return Pooling(
        input=x,
        output=_map("out", rows, columns, x.shape[3]),
        type=kind,
        kernel=(kernel, kernel),
        stride=(stride, stride),
        padding=Padding(padding, padding, padding, padding),
    )


def _chain(x: Tensor, kernels: int) -> Graph:
    """Both groups of every block, more than once."""
    ops: list[Op] = []
    for _ in range(3):
        ops.append(_convolution(x, kernels))
        x = ops[-1].outputs[0]
    return graph_of(*ops)


def graph_of(*ops: Op) -> Graph:
    """Tensors that no op writes are inputs, those that no op reads are outputs."""
    written = {tensor: None for op in ops for tensor in op.outputs}
    read = {tensor: None for op in ops for tensor in op.inputs if not tensor.is_constant}
    inputs = tuple(tensor for tensor in read if tensor not in written)
    outputs = tuple(tensor for tensor in written if tensor not in read)
    return Graph(ops, inputs, outputs, Rounding.EXACT)

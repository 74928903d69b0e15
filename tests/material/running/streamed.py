# SPDX-License-Identifier: MIT
"""Networks whose parts on an NPU and on the CPU are as long as a test wants."""

from __future__ import annotations

import numpy as np

from npucore.graph import Graph
from npucore.ops import Convolution, Op, Padding, Softmax
from npucore.tensor import Quantization, Tensor

INT8 = np.dtype(np.int8)


def network(kernels: int, softmaxes: int, side: int = 40) -> Graph:
    """A convolution of 64 channels, then softmaxes, which no rocket takes."""
    q = Quantization.per_tensor(0.05)
    source = Tensor("source", (1, side, side, 64), INT8, q)
    shape = (kernels, 3, 3, 64)
    weights = Tensor("weights", shape, INT8, q, np.ones(shape, np.int8))
    bias_q = Quantization.per_tensor(0.0025)
    bias = Tensor("bias", (kernels,), np.dtype(np.int32), bias_q, np.zeros(kernels, np.int32))
    last = Tensor("sums", (1, side, side, kernels), INT8, q)
    ops: list[Op] = [
        Convolution(
            input=source, weights=weights, bias=bias, output=last, padding=Padding(1, 1, 1, 1)
        )
    ]
    for number in range(softmaxes):
        output = Tensor(f"scores{number}", last.shape, INT8, Quantization.per_tensor(1 / 256, -128))
        ops.append(Softmax(input=last, output=output))
        last = output
    return Graph(tuple(ops), (source,), (last,), name="made")

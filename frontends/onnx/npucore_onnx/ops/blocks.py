# SPDX-License-Identifier: MIT
"""MatMulNBits: weights of few bits, in blocks.

Source: onnxruntime docs/ContribOperators.md, MatMulNBits.
"""

from __future__ import annotations

import numpy as np

from npucore.ops import Add, FullyConnected
from npucore.tensor import Array, Tensor
from npucore_onnx.node import Node, Operators
from npucore_onnx.value import Value


def matmul_of_blocks(node: Node) -> Value:
    """A layer whose weights are dequantized when the file is read."""
    inputs, outputs = node.integer("K"), node.integer("N")
    bits, block = node.integer("bits", 4), node.integer("block_size")
    node.require(bits in (2, 4, 8) and block >= 1, f"{bits} bits in blocks of {block}")
    if node.optional(4) is not None:
        node.unsupported("blocks in another order (g_idx)")
    blocks = -(-inputs // block)
    packed = node.constant(1)
    node.require(
        packed.size * (8 // bits) >= outputs * blocks * block and inputs >= 1 <= outputs,
        f"{packed.size} bytes for {outputs} x {inputs} weights of {bits} bits",
    )
    node.reserve(4 * outputs * blocks * block)
    stored = _unpacked(packed.reshape(outputs, blocks, -1), bits)[..., :block]
    scales = node.constant(2).reshape(outputs, blocks, 1).astype(np.float32)
    zeros = _zeros(node, outputs, blocks, bits)
    data = ((stored - zeros) * scales).reshape(outputs, -1)[:, :inputs].astype(np.float32)
    data = np.ascontiguousarray(data)
    weights = Tensor(f"{node.label}/weights", data.shape, data.dtype, None, data)
    source = node.tensor(0)
    node.require(source.shape[-1:] == (inputs,), f"{source.shape} times {inputs} rows")
    shape = (*source.shape[:-1], outputs)
    result = node.emit(FullyConnected, shape=shape, input=source, weights=weights)
    if node.optional(5) is None:
        return result
    (a, b), order = node.alike(result, node.value(5))
    return node.emit(Add, order, a=a, b=b)


def _zeros(node: Node, outputs: int, blocks: int, bits: int) -> Array:
    """(outputs, blocks, 1); the middle of the range if the file has none."""
    if node.optional(3) is None:
        return np.full((1, 1, 1), 1 << (bits - 1), np.float32)
    given = node.constant(3)
    if given.dtype != np.uint8:
        return given.reshape(outputs, blocks, 1).astype(np.float32)
    return _unpacked(given.reshape(outputs, -1), bits)[:, :blocks, None]


def _unpacked(packed: Array, bits: int) -> Array:
    """(..., n) bytes as (..., n * 8 / bits) numbers, the lowest bits first; float32."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    apart = (packed[..., None] >> shifts) & ((1 << bits) - 1)
    numbers: Array = apart.reshape(*packed.shape[:-1], -1).astype(np.float32)
    return numbers


OPERATORS: Operators = {"com.microsoft.MatMulNBits": matmul_of_blocks}

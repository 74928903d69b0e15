# SPDX-License-Identifier: MIT
"""Attention as ONNX Runtime fuses it.

Source: onnxruntime docs/ContribOperators.md, Attention, QAttention, MultiHeadAttention.
"""

from __future__ import annotations

import math

from npucore_onnx.body import Body
from npucore_onnx.node import Node
from npucore_onnx.records import NodeRecord

MASKED = -10000.0  # mask_filter_value, by default


def attention(node: Node) -> list[NodeRecord]:
    """Queries, keys and values by one matrix of weights, then attention."""
    body = Body(node)
    product = body("MatMul", body.operand(0), body.operand(1))
    return _from_product(body, product, mask=3, past=4, added=5)


def quantized_attention(node: Node) -> list[NodeRecord]:
    """QAttention: the same of stored integers, which are dequantized first."""
    body = Body(node)
    x = body("DequantizeLinear", body.operand(0), body.operand(3), body.operand(6))
    weights = body("DequantizeLinear", body.operand(1), body.operand(4), body.operand(7), axis=-1)
    return _from_product(body, body("MatMul", x, weights), mask=5, past=8, added=-1)


def _from_product(body: Body, product: str, mask: int, past: int, added: int) -> list[NodeRecord]:
    node = body.node
    if body.operand(past) or node.wants(1):
        node.unsupported("keys and values of the past")
    if body.operand(2):
        product = body("Add", product, body.operand(2))
    whole = node.value(1).shape[-1]
    sizes = node.integers("qkv_hidden_sizes", [whole // 3] * 3)
    parts = body.several("Split", product, body.integers(*sizes), results=3, axis=-1)
    return _attended(body, parts, sizes, body.operand(mask), body.operand(added), mask)


def multi_head_attention(node: Node) -> list[NodeRecord]:
    """Queries, keys and values as they are given, with a bias."""
    body = Body(node)
    shapes = [node.value(0).shape, *(() if node.optional(1) is None else [node.value(1).shape])]
    if any(len(shape) != 3 for shape in shapes) or not body.operand(2):
        node.unsupported(f"operands of shapes {shapes}, wanted (batch, steps, features) each")
    if any(body.operand(position) for position in (6, 7)) or node.wants(1):
        node.unsupported("keys and values of the past")
    sizes = [node.value(position).shape[-1] for position in range(3)]
    parts = [body.operand(position) for position in range(3)]
    if body.operand(3):
        biases = body.several("Split", body.operand(3), body.integers(*sizes), results=3, axis=-1)
        parts = [body("Add", p, b) for p, b in zip(parts, biases, strict=True)]
    return _attended(body, parts, sizes, body.operand(4), body.operand(5), 4)


def _attended(
    body: Body, parts: list[str], sizes: list[int], mask: str, added: str, place: int
) -> list[NodeRecord]:
    """``softmax(q @ k.T * scale + mask) @ v`` for every head."""
    node = body.node
    heads = node.integer("num_heads")
    node.require(heads >= 1 and all(size % heads == 0 for size in sizes), f"{heads} heads")
    q, k, v = (_apart(body, part, heads) for part in parts)
    scale = node.real("scale", 0.0) or 1 / math.sqrt(sizes[0] // heads)
    scores = body("MatMul", q, body("Transpose", k, perm=[0, 1, 3, 2]))
    scores = body("Mul", scores, body.number(scale))
    if mask:
        scores = body("Add", scores, _mask(body, mask, place))
    if added:
        scores = body("Add", scores, added)
    if node.integer("unidirectional", 0):
        steps = node.value(0).shape[1]
        scores = body("Add", scores, _causal(body, steps))
    seen = body("MatMul", body("Softmax", scores, axis=-1), v)
    together = body("Transpose", seen, perm=[0, 2, 1, 3])
    return body.done(body("Reshape", together, body.integers(0, 0, sizes[2])))


def _apart(body: Body, name: str, heads: int) -> str:
    """(B, S, heads * n) as (B, heads, S, n)."""
    shaped = body("Reshape", name, body.integers(0, 0, heads, -1))
    return body("Transpose", shaped, perm=[0, 2, 1, 3])


def _mask(body: Body, mask: str, place: int) -> str:
    """Numbers added to the scores: 0 where the mask is 1, a low one where it is 0."""
    rank = body.node.value(place).rank
    if rank not in (2, 3):
        body.node.unsupported(f"a mask of rank {rank}")
    real = body("Cast", mask, to=1)
    low = body.number(body.node.real("mask_filter_value", MASKED))
    lowered = body("Mul", body("Sub", body.number(1.0), real), low)
    return body("Unsqueeze", lowered, body.integers(*((1, 2) if rank == 2 else (1,))))


def _causal(body: Body, steps: int) -> str:
    """A low number wherever a key is later than the query."""
    low = body.node.real("mask_filter_value", MASKED)
    numbers = [low if key > query else 0.0 for query in range(steps) for key in range(steps)]
    flat = body("Constant", value_floats=numbers)
    return body("Reshape", flat, body.integers(steps, steps))

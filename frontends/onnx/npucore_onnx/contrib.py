# SPDX-License-Identifier: MIT
"""Operators that ONNX Runtime's optimizers put in the place of several.

Source: onnxruntime docs/ContribOperators.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from npucore_onnx import attention
from npucore_onnx.body import Body
from npucore_onnx.node import Node
from npucore_onnx.qoperator import MICROSOFT
from npucore_onnx.records import NodeRecord

Expansion = Callable[[Node], list[NodeRecord]]

ACTIVATIONS = {  # name -> attributes, in the order of activation_params
    "Clip": ("min", "max"),
    "HardSigmoid": ("alpha", "beta"),
    "LeakyRelu": ("alpha",),
    "Relu": (),
    "Sigmoid": (),
    "Tanh": (),
}
BLOCKED = "com.microsoft.nchwc"
EPSILON = 1e-12  # of SkipLayerNormalization and EmbedLayerNormalization
FLOAT = 1  # TensorProto.FLOAT
QUICK = 1.702  # alpha of QuickGelu


def expanded(node: Node) -> list[NodeRecord] | None:
    """The nodes that *node* stands for, or None."""
    expansion = EXPANSIONS.get((node.record.domain, node.record.operator))
    return None if expansion is None else expansion(node)


def not_supported(record: NodeRecord) -> str:
    """Why nothing reads an operator, with the way on if there is one."""
    if record.domain == BLOCKED:
        return (
            "ONNX Runtime has laid the file out for one kind of CPU; save it with "
            "ORT_ENABLE_EXTENDED, or take the file that it was made of"
        )
    return "not supported"


def _kept(node: Node, *without: str) -> dict[str, Any]:
    """The node's attributes without some, and without what marks this spelling."""
    ours = {"activation", "activation_params", "activation_alpha", "activation_beta", *without}
    return {name: v for name, v in node.record.attributes.items() if name not in ours}


def _activated(body: Body, name: str) -> str:
    kind = body.node.text("activation", "")
    if not kind:
        return name
    if kind not in ACTIVATIONS:
        body.node.unsupported(f"the activation {kind!r}")
    given = body.node.record.attributes
    numbers = list(given.get("activation_params", ()))
    numbers = numbers or [
        given[key] for key in ("activation_alpha", "activation_beta") if key in given
    ]
    if kind == "Clip":
        return body("Clip", name, *(body.number(float(number)) for number in numbers))
    named: dict[str, Any] = dict(zip(ACTIVATIONS[kind], numbers, strict=False))
    return body(kind, name, **named)


def fused_convolution(node: Node) -> list[NodeRecord]:
    """A convolution, a sum and an activation."""
    body = Body(node)
    operands = [body.operand(position) for position in range(3)]
    result = body("Conv", *operands, **_kept(node))
    if body.operand(3):
        result = body("Add", result, body.operand(3))
    return body.done(_activated(body, result))


def fused_gemm(node: Node) -> list[NodeRecord]:
    """A Gemm and an activation."""
    body = Body(node)
    operands = [body.operand(position) for position in range(3)]
    return body.done(_activated(body, body("Gemm", *operands, **_kept(node))))


def fused_matmul(node: Node) -> list[NodeRecord]:
    """A product of matrices that are transposed first, times a number."""
    body = Body(node)
    if node.integer("transBatchA", 0) or node.integer("transBatchB", 0):
        node.unsupported("transposed batches")
    operands = []
    for position, name in enumerate(("transA", "transB")):
        operand, rank = body.operand(position), node.value(position).rank
        if node.integer(name, 0) and rank > 1:
            order = [*range(rank - 2), rank - 1, rank - 2]
            operand = body("Transpose", operand, perm=order)
        operands.append(operand)
    result = body("MatMul", *operands)
    alpha = node.real("alpha", 1.0)
    return body.done(result if alpha == 1 else body("Mul", result, body.number(alpha)))


def gelu(approximate: bytes) -> Expansion:
    """Gelu of the operand, plus a bias if there is one."""

    def expand(node: Node) -> list[NodeRecord]:
        body = Body(node)
        x = body.operand(0)
        x = body("Add", x, body.operand(1)) if body.operand(1) else x
        return body.done(body("Gelu", x, approximate=approximate))

    return expand


def quick_gelu(node: Node) -> list[NodeRecord]:
    """``x * sigmoid(alpha * x)``."""
    body = Body(node)
    scaled = body("Mul", body.operand(0), body.number(node.real("alpha", QUICK)))
    return body.done(body("Mul", body.operand(0), body("Sigmoid", scaled)))


def simplified_layer_normalization(node: Node) -> list[NodeRecord]:
    """A normalization by the root mean square."""
    body = Body(node)
    return body.done(
        body("RMSNormalization", body.operand(0), body.operand(1), **_kept(node, "stash_type"))
    )


def skip_layer_normalization(node: Node) -> list[NodeRecord]:
    """A sum, then a layer normalization, or one by the root mean square."""
    body = Body(node)
    simplified = node.record.operator.startswith("SkipSimplified")
    total = body("Add", body.operand(0), body.operand(1))
    if bias := body.operand(3 if simplified else 4):
        total = body("Add", total, bias)
    epsilon = node.real("epsilon", EPSILON)
    if simplified:
        result = body("RMSNormalization", total, body.operand(2), epsilon=epsilon)
    else:
        scales = (body.operand(2), body.operand(3))
        result = body("LayerNormalization", total, *scales, epsilon=epsilon)
    return body.done(result, "", "", total)


def embed_layer_normalization(node: Node) -> list[NodeRecord]:
    """The sum of the embeddings of words, places and segments, normalized."""
    body = Body(node)
    total = body("Gather", body.operand(2), body.operand(0))
    length = node.value(0).shape[-1]
    places = body.operand(8) or body.integers(*range(length))
    total = body("Add", total, body("Gather", body.operand(3), places))
    if body.operand(1):
        total = body("Add", total, body("Gather", body.operand(4), body.operand(1)))
    epsilon = node.real("epsilon", EPSILON)
    scales = (body.operand(5), body.operand(6))
    result = body("LayerNormalization", total, *scales, epsilon=epsilon)
    counts = ""
    if body.operand(7):
        counts = body("ReduceSum", body.operand(7), body.integers(1), keepdims=0)
    return body.done(result, counts, total)


def bias_softmax(node: Node) -> list[NodeRecord]:
    """A sum, then a softmax over the last axis."""
    body = Body(node)
    total = body("Add", body.operand(0), body.operand(1))
    if node.integer("axis", 1) not in (-1, node.value(0).rank - 1):
        node.unsupported("a softmax of several axes")
    return body.done(body("Softmax", total, axis=-1))


def integer_product(node: Node) -> list[NodeRecord]:
    """MatMulIntegerToFloat: a product of dequantized matrices, and a bias."""
    body = Body(node)
    left = body("DequantizeLinear", body.operand(0), body.operand(2), body.operand(4))
    right = body("DequantizeLinear", body.operand(1), body.operand(3), body.operand(5), axis=-1)
    return body.done(_plus(body, body("MatMul", left, right), body.operand(6)))


def dynamic_product(node: Node) -> list[NodeRecord]:
    """DynamicQuantizeMatMul: the first operand goes through 8 bits of its own range."""
    body = Body(node)
    x, scale, zero = body.several("DynamicQuantizeLinear", body.operand(0), results=3)
    left = body("DequantizeLinear", x, scale, zero)
    right = body("DequantizeLinear", body.operand(1), body.operand(2), body.operand(3), axis=-1)
    return body.done(_plus(body, body("MatMul", left, right), body.operand(4)))


def dynamic_lstm(node: Node) -> list[NodeRecord]:
    """DynamicQuantizeLSTM: an LSTM of dequantized weights; its input goes through 8 bits.

    ONNX Runtime takes what each step hands to the next through 8 bits as well, which is left out.
    """
    body = Body(node)
    x, scale, zero = body.several("DynamicQuantizeLinear", body.operand(0), results=3)
    source = body("DequantizeLinear", x, scale, zero)
    weights = [_dequantized(body, 1 + place, 8 + 2 * place) for place in range(2)]
    operands = [body.operand(position) for position in range(3, 8)]
    results = body.several("LSTM", source, *weights, *operands, results=3, **_kept(node))
    return body.done(*results)


def _dequantized(body: Body, position: int, scale: int) -> str:
    """Weights (directions, columns, gates) as an LSTM has them, (directions, gates, columns)."""
    place = body.integers(body.node.value(position).shape[0], 1, -1)
    values = body("Cast", body.operand(position), to=FLOAT)
    zero = body("Reshape", body("Cast", body.operand(scale + 1), to=FLOAT), place)
    real = body("Mul", body("Sub", values, zero), body("Reshape", body.operand(scale), place))
    return body("Transpose", real, perm=[0, 2, 1])


def _plus(body: Body, name: str, bias: str) -> str:
    return body("Add", name, bias) if bias else name


EXPANSIONS: Mapping[tuple[str, str], Expansion] = {
    ("", "SimplifiedLayerNormalization"): simplified_layer_normalization,
    (MICROSOFT, "Attention"): attention.attention,
    (MICROSOFT, "BiasGelu"): gelu(b"none"),
    (MICROSOFT, "BiasSoftmax"): bias_softmax,
    (MICROSOFT, "DynamicQuantizeLSTM"): dynamic_lstm,
    (MICROSOFT, "DynamicQuantizeMatMul"): dynamic_product,
    (MICROSOFT, "EmbedLayerNormalization"): embed_layer_normalization,
    (MICROSOFT, "FastGelu"): gelu(b"tanh"),
    (MICROSOFT, "FusedConv"): fused_convolution,
    (MICROSOFT, "FusedGemm"): fused_gemm,
    (MICROSOFT, "FusedMatMul"): fused_matmul,
    (MICROSOFT, "Gelu"): gelu(b"none"),
    (MICROSOFT, "MatMulIntegerToFloat"): integer_product,
    (MICROSOFT, "MultiHeadAttention"): attention.multi_head_attention,
    (MICROSOFT, "QAttention"): attention.quantized_attention,
    (MICROSOFT, "QuickGelu"): quick_gelu,
    (MICROSOFT, "SkipLayerNormalization"): skip_layer_normalization,
    (MICROSOFT, "SkipSimplifiedLayerNormalization"): skip_layer_normalization,
}
"""Domain and operator -> the nodes that it stands for."""

# SPDX-License-Identifier: MIT
"""Quantized operators of their own -> the float operator's name with quantizations.

Source: ONNX operator schemas; onnxruntime docs/ContribOperators.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from npucore.errors import InvalidModelError
from npucore_onnx.records import ABSENT, Affine, NodeRecord, Operand

MICROSOFT = "com.microsoft"
Rewrite = Callable[[NodeRecord], NodeRecord]


def rewritten(record: NodeRecord) -> NodeRecord:
    """The node as others have it; itself if it is no quantized operator."""
    rewrite = REWRITES.get((record.domain, record.operator))
    return record if rewrite is None else rewrite(record)


def _name(record: NodeRecord, position: int) -> str:
    return record.operands[position].name if position < len(record.operands) else ""


def _affine(record: NodeRecord, position: int, axis: int = 1) -> Affine:
    if not (scale := _name(record, position)):
        raise InvalidModelError(f"{record.where}: operand {position}, a scale, is missing")
    return Affine(scale, _name(record, position + 1), axis)


def _quantized(record: NodeRecord, position: int, axis: int = 1) -> Operand:
    """An operand that is followed by its scale and its zero point."""
    return Operand(_name(record, position), _affine(record, position + 1, axis))


def _plain(record: NodeRecord, position: int) -> Operand:
    name = _name(record, position)
    return Operand(name) if name else ABSENT


def _changed(
    record: NodeRecord, operator: str, operands: tuple[Operand, ...], affine: Affine | None
) -> NodeRecord:
    # 13 is the last version whose attributes Microsoft's operators share.
    opset = 13 if record.domain else record.opset
    return dataclasses.replace(
        record, domain="", operator=operator, operands=operands, affine=affine, opset=opset
    )


def _convolution(record: NodeRecord) -> NodeRecord:
    operands = (_quantized(record, 0), _quantized(record, 3, axis=0), _plain(record, 8))
    return _changed(record, "Conv", operands, _affine(record, 6))


def _binary(operator: str) -> Rewrite:
    def rewrite(record: NodeRecord) -> NodeRecord:
        operands = (_quantized(record, 0), _quantized(record, 3))
        return _changed(record, operator, operands, _affine(record, 6))

    return rewrite


def _unary(operator: str) -> Rewrite:
    def rewrite(record: NodeRecord) -> NodeRecord:
        return _changed(record, operator, (_quantized(record, 0),), _affine(record, 3))

    return rewrite


def _softmax(record: NodeRecord) -> NodeRecord:
    """Over one axis, or over all from one on: as the operator set that an attribute names."""
    attributes = {key: value for key, value in record.attributes.items() if key != "opset"}
    changed = _changed(record, "Softmax", (_quantized(record, 0),), _affine(record, 3))
    opset = record.integer("opset", changed.opset)
    return dataclasses.replace(changed, attributes=attributes, opset=opset)


def _concatenation(record: NodeRecord) -> NodeRecord:
    operands = tuple(_quantized(record, p) for p in range(2, len(record.operands), 3))
    return _changed(record, "Concat", operands, _affine(record, 0))


def _gemm(record: NodeRecord) -> NodeRecord:
    axis = 0 if record.integer("transB", 0) else 1
    operands = (_quantized(record, 0), _quantized(record, 3, axis), _plain(record, 6))
    affine = _affine(record, 7) if _name(record, 7) else None
    return _changed(record, "Gemm", operands, affine)


def _dequantize(record: NodeRecord) -> NodeRecord:
    axis = record.integer("axis", 1)
    operand = Operand(_name(record, 0), _affine(record, 1, axis))
    return dataclasses.replace(record, domain="", operands=(operand,))


def _quantize(record: NodeRecord) -> NodeRecord:
    axis = record.integer("axis", 1)
    affine = _affine(record, 1, axis)
    return dataclasses.replace(record, domain="", operands=(_plain(record, 0),), affine=affine)


REWRITES: Mapping[tuple[str, str], Rewrite] = {
    ("", "DequantizeLinear"): _dequantize,
    ("", "QuantizeLinear"): _quantize,
    ("", "QLinearConv"): _convolution,
    ("", "QLinearMatMul"): _binary("MatMul"),
    (MICROSOFT, "DequantizeLinear"): _dequantize,
    (MICROSOFT, "QuantizeLinear"): _quantize,
    (MICROSOFT, "QGemm"): _gemm,
    (MICROSOFT, "QLinearAdd"): _binary("Add"),
    (MICROSOFT, "QLinearAveragePool"): _unary("AveragePool"),
    (MICROSOFT, "QLinearConcat"): _concatenation,
    (MICROSOFT, "QLinearConv"): _convolution,
    (MICROSOFT, "QLinearGlobalAveragePool"): _unary("GlobalAveragePool"),
    (MICROSOFT, "QLinearLeakyRelu"): _unary("LeakyRelu"),
    (MICROSOFT, "QLinearMul"): _binary("Mul"),
    (MICROSOFT, "QLinearReduceMean"): _unary("ReduceMean"),
    (MICROSOFT, "QLinearSigmoid"): _unary("Sigmoid"),
    (MICROSOFT, "QLinearSoftmax"): _softmax,
}
"""Domain and operator -> what makes its record one of a float operator with quantizations."""

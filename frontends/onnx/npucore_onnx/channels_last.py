# SPDX-License-Identifier: MIT
"""Microsoft's operators on maps whose last axis is the channels, as others between transpositions.

ONNX Runtime writes them where its optimizer prefers rows of channels. Source: onnxruntime
docs/ContribOperators.md, core/optimizer/nhwc_transformer.cc: weights stay as ONNX has them.
"""

from __future__ import annotations

import dataclasses

from npucore_onnx.qoperator import MICROSOFT
from npucore_onnx.records import NodeRecord, Operand

MARK = "channels_last"
PLAIN = {"NhwcMaxPool": "MaxPool"}  # operators of other names -> ONNX's own
MAP_RANK = 4  # where no kernel tells
OPSET = 13  # of ONNX's operators in whose terms Microsoft's are written


def channels_first(record: NodeRecord) -> tuple[NodeRecord, ...]:
    """*record* alone, or the nodes that stand for it."""
    if record.domain != MICROSOFT or not record.operands or not record.results:
        return (record,)
    plain = PLAIN.get(record.operator)
    attributes = {key: value for key, value in record.attributes.items() if key != MARK}
    if plain is None and not record.integer(MARK, 0):
        return (dataclasses.replace(record, attributes=attributes),)
    source, result = record.operands[0].name, record.results[0]
    inner, outer = f"{result}/channels first/0", f"{result}/channels first/1"
    rank = _rank(record)
    return (
        _transposition(record, source, inner, [0, rank - 1, *range(1, rank - 1)]),
        dataclasses.replace(
            record,
            domain=MICROSOFT if plain is None else "",
            operator=plain or record.operator,
            operands=(Operand(inner), *record.operands[1:]),
            results=(outer,),
            attributes=attributes,
            proto=None,
            opset=record.opset if plain is None else OPSET,
        ),
        _transposition(record, outer, result, [0, *range(2, rank), 1]),
    )


def _rank(record: NodeRecord) -> int:
    kernel = record.attributes.get("kernel_shape")
    return len(kernel) + 2 if isinstance(kernel, list) else MAP_RANK


def _transposition(record: NodeRecord, source: str, result: str, order: list[int]) -> NodeRecord:
    return dataclasses.replace(
        record,
        domain="",
        operator="Transpose",
        operands=(Operand(source),),
        results=(result,),
        attributes={"perm": order},
        opset=OPSET,
        affine=None,
        proto=None,
    )

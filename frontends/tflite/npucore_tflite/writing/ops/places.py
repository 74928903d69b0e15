# SPDX-License-Identifier: MIT
"""Ops about places along an axis: CUMSUM, ONE_HOT, REVERSE_V2, TOPK_V2."""

from __future__ import annotations

import numpy as np

from npucore.ops import Cumulative, OneHot, Reverse, TopK
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec


def cumulative(op: Cumulative, spec: Spec) -> Written:
    """Sums only."""
    if op.product:
        return "TFLite has no cumulative product"
    options = {"exclusive": op.exclusive, "reverse": op.reverse}
    operands = [spec(op.input), constant(op.axis)]
    return [OperatorSpec("CUMSUM", operands, [spec(op.output)], options)]


def reverse(op: Reverse, spec: Spec) -> Written:
    """Along one axis; with lengths REVERSE_SEQUENCE."""
    if op.lengths is not None:
        options = {"seqDim": op.axes[0], "batchDim": op.batch_axis}
        operands = [spec(op.input), spec(op.lengths)]
        return [OperatorSpec("REVERSE_SEQUENCE", operands, [spec(op.output)], options)]
    if len(op.axes) != 1:
        return f"TFLite reverses one axis, not {op.axes}"
    return [OperatorSpec("REVERSE_V2", [spec(op.input), constant(op.axes)], [spec(op.output)])]


def top_k(op: TopK, spec: Spec) -> Written:
    """The largest, with their places as int32."""
    if not op.largest or op.results[1].dtype != np.int32:
        return "TFLite finds the largest, and gives their places as int32"
    operands = [spec(op.input), constant(op.count)]
    return [OperatorSpec("TOPK_V2", operands, [spec(t) for t in op.results])]


def one_hot(op: OneHot, spec: Spec) -> Written:
    """Indices below 0 are nowhere."""
    if op.wraps or op.on.shape or op.off.shape:
        return "TFLite's indices do not count from the back, and its numbers have rank 0"
    operands = [spec(op.indices), constant(op.depth), spec(op.on), spec(op.off)]
    return [OperatorSpec("ONE_HOT", operands, [spec(op.output)], {"axis": op.axis})]


FORMS: Forms = {"cumulative": cumulative, "one_hot": one_hot, "reverse": reverse, "top_k": top_k}

# SPDX-License-Identifier: MIT
"""Gather, GatherElements and GatherND."""

from __future__ import annotations

from npucore.ops import Gather, GatherElements, GatherNd
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def gather(op: Gather, values: Values) -> None:
    """By indices along an axis."""
    operands = [values.stored(op.input), values.stored(op.indices)]
    values.move(op.output, "Gather", operands, axis=op.axis)


def gather_elements(op: GatherElements, values: Values) -> None:
    """One by one along an axis."""
    operands = [values.stored(op.input), values.stored(op.indices)]
    values.move(op.output, "GatherElements", operands, axis=op.axis)


def gather_nd(op: GatherNd, values: Values) -> None:
    """Indices are int64."""
    operands = [values.stored(op.input), values.wide(op.indices)]
    values.move(op.output, "GatherND", operands)


FORMS: Forms = {"gather": gather, "gather_elements": gather_elements, "gather_nd": gather_nd}

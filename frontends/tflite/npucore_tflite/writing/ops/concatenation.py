# SPDX-License-Identifier: MIT
"""CONCATENATION and PACK."""

from __future__ import annotations

from npucore.ops import Concatenation, Pack
from npucore_tflite.writing.forms import ACTIVATIONS, Forms, Spec, Written
from npucore_tflite.writing.spec import OperatorSpec


def concatenation(op: Concatenation, spec: Spec) -> Written:
    """Any number of operands."""
    options = {"axis": op.axis, "fusedActivationFunction": ACTIVATIONS[op.activation]}
    operands = [spec(t) for t in op.operands]
    return [OperatorSpec("CONCATENATION", operands, [spec(op.output)], options)]


def pack(op: Pack, spec: Spec) -> Written:
    """Any number of operands."""
    options = {"axis": op.axis, "valuesCount": len(op.operands)}
    return [OperatorSpec("PACK", [spec(t) for t in op.operands], [spec(op.output)], options)]


FORMS: Forms = {"concatenation": concatenation, "pack": pack}

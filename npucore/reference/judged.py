# SPDX-License-Identifier: MIT
"""Ops whose answers an independent implementation has given; all others are `paper`."""

from __future__ import annotations

import numpy as np

from npucore.evidence import Evidence
from npucore.ops import Concatenation, Op
from npucore.reference.kernel import BYTES, Judge
from npucore.reference.kernels import OPS, kernels


def unconfirmed(name: str) -> tuple[type[np.generic], ...]:
    """Dtypes of the first operand of op *name* that neither LiteRT nor ONNX Runtime computes."""
    found: tuple[type[np.generic], ...] = getattr(kernels(name), "UNCONFIRMED", ())
    return found


def evidence(op: Op) -> Evidence:
    """How well it is known that the reference's answer is the right one."""
    dtype = op.inputs[0].dtype if op.inputs else op.outputs[0].dtype
    judge = kernels(op.name).JUDGE if op.name in OPS else None
    if judge is None or (judge is Judge.ONNX and dtype in BYTES):
        return Evidence.PAPER
    if dtype in unconfirmed(op.name):
        return Evidence.PAPER
    if isinstance(op, Concatenation) and op.output.quantization and op.output.dtype == np.int8:
        alike = all(operand.q.same_as(op.output.q) for operand in op.operands)
        return Evidence.PROVEN if alike else Evidence.PAPER
    return Evidence.PROVEN

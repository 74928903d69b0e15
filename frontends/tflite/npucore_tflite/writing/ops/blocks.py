# SPDX-License-Identifier: MIT
"""BATCH_TO_SPACE_ND and SPACE_TO_BATCH_ND."""

from __future__ import annotations

from npucore.ops import BatchToSpace, SpaceToBatch
from npucore_tflite.writing.forms import Forms, Spec, Written, constant, pairs
from npucore_tflite.writing.spec import OperatorSpec


def batch_to_space(op: BatchToSpace, spec: Spec) -> Written:
    """Blocks and what is cropped are operands."""
    operands = [spec(op.input), constant(op.block), constant(pairs(op.crop))]
    return [OperatorSpec("BATCH_TO_SPACE_ND", operands, [spec(op.output)])]


def space_to_batch(op: SpaceToBatch, spec: Spec) -> Written:
    """Blocks and what is padded are operands."""
    operands = [spec(op.input), constant(op.block), constant(pairs(op.padding))]
    return [OperatorSpec("SPACE_TO_BATCH_ND", operands, [spec(op.output)])]


FORMS: Forms = {"batch_to_space": batch_to_space, "space_to_batch": space_to_batch}

# SPDX-License-Identifier: MIT
"""SPLIT_V and UNPACK."""

from __future__ import annotations

from npucore.ops import Split, Unpack
from npucore_tflite.writing.forms import Forms, Spec, Written, constant
from npucore_tflite.writing.spec import OperatorSpec


def split(op: Split, spec: Spec) -> Written:
    """Sizes and axis are operands."""
    operands = [spec(op.input), constant(op.sizes), constant(op.axis)]
    options = {"numSplits": len(op.sizes)}
    return [OperatorSpec("SPLIT_V", operands, [spec(t) for t in op.results], options)]


def unpack(op: Unpack, spec: Spec) -> Written:
    """A result for every index."""
    options = {"axis": op.axis, "num": len(op.results)}
    return [OperatorSpec("UNPACK", [spec(op.input)], [spec(t) for t in op.results], options)]


FORMS: Forms = {"split": split, "unpack": unpack}

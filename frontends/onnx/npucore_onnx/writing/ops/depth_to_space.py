# SPDX-License-Identifier: MIT
"""DepthToSpace."""

from __future__ import annotations

from npucore.ops import DepthToSpace
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def depth_to_space(op: DepthToSpace, values: Values) -> None:
    """The fastest channels stay channels: DCR."""
    operands = [values.real(op.input, front=True)]
    values.put(op.output, "DepthToSpace", operands, front=True, blocksize=op.block, mode="DCR")


FORMS: Forms = {"depth_to_space": depth_to_space}

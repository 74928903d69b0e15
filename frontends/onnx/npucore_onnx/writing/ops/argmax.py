# SPDX-License-Identifier: MIT
"""ArgMax and ArgMin."""

from __future__ import annotations

import numpy as np

from npucore.ops import Argmax
from npucore_onnx.writing.forms import Forms
from npucore_onnx.writing.values import Values


def argmax(op: Argmax, values: Values) -> None:
    """They give int64."""
    operator = "ArgMin" if op.smallest else "ArgMax"
    operands = [values.real(op.input)]
    if op.output.dtype == np.int64:
        values.move(op.output, operator, operands, axis=op.axis, keepdims=0)
        return
    wide = values.nodes.add(operator, operands, f"{op.label}_wide", axis=op.axis, keepdims=0)
    values.cast(op.output, wide)


FORMS: Forms = {"argmax": argmax}
